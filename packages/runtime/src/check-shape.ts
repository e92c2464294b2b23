/** Says what is wrong with a value, or null. The schemas of files in words of a few bytes: a schema library would be most of what an app loads. */
export type Check = (value: unknown, at: string) => string | null;

function kind(is: (value: unknown) => boolean, wanted: string): Check {
  return (value, at) => (is(value) ? null : `${at || "it"} is not ${wanted}`);
}

export const text: Check = kind((value) => typeof value === "string", "a text");
export const finite: Check = kind((value) => Number.isFinite(value), "a finite number");

export function whole(least: number): Check {
  return kind(
    (value) => Number.isSafeInteger(value) && (value as number) >= least,
    `a whole number of at least ${least}`,
  );
}

export function oneOf(...values: readonly unknown[]): Check {
  return kind((value) => values.includes(value), values.map((each) => JSON.stringify(each)).join(" or "));
}

export function list(each: Check, length?: number): Check {
  return (value, at) => {
    if (!Array.isArray(value)) return `${at} is not a list`;
    if (length !== undefined && value.length !== length) return `${at} has not ${length} members`;
    return firstFlaw(value.map((member, index) => each(member, `${at}.${index}`)));
  };
}

export function record(each: Check): Check {
  return (value, at) => {
    if (!isObject(value)) return `${at} is not an object`;
    return firstFlaw(Object.entries(value).map(([key, member]) => each(member, `${at}.${key}`)));
  };
}

/** Fields that are not named are allowed: newer writers may add some. */
export function object(fields: Readonly<Record<string, Check>>): Check {
  return (value, at) => {
    if (!isObject(value)) return `${at || "it"} is not an object`;
    const prefix = at === "" ? "" : `${at}.`;
    return firstFlaw(Object.entries(fields).map(([key, field]) => field(value[key], `${prefix}${key}`)));
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function firstFlaw(flaws: readonly (string | null)[]): string | null {
  return flaws.find((flaw) => flaw !== null) ?? null;
}
