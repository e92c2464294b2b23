import { isDeepStrictEqual } from "node:util";
import type { HyperparameterInput, HyperparameterValue, HyperparameterValues } from "@congruent/core/schemas";
import { spaceOf } from "./space/space.js";
import { spaceError } from "./space/space-error.js";

type Options<T extends HyperparameterInput["type"]> = Omit<
  Extract<HyperparameterInput, { type: T }>,
  "type" | "name" | "when" | "path"
>;

/** A part of a space that is there for some values of a hyper-parameter only. */
export interface Scope {
  parent: string;
  values: readonly HyperparameterValue[];
}

/** What tells scopes apart, from each other and from names. */
export function scopeKey({ parent, values }: Scope): string {
  return JSON.stringify([parent, ...values]);
}

/**
 * What a build function asks for values, as Keras Tuner's `HyperParameters`: each call declares a hyper-parameter and
 * returns its value in the trial at hand.
 *
 * @example
 * ```ts
 * const hp = new HyperParameters({ units: 64 });
 * hp.int("units", { min: 32, max: 512, step: 32 }); // => 64
 * hp.choice("optimizer", ["adam", "sgd"]); // => "adam"
 * hp.conditionalScope("optimizer", ["sgd"], () => hp.float("momentum", { min: 0, max: 0.9 })); // => undefined
 * ```
 */
export class HyperParameters {
  /** In the order of their declaration. */
  readonly declared: HyperparameterInput[] = [];
  /** Every conditional scope that was come across, entered or not. */
  readonly scopes: Scope[] = [];
  /** Both in the order of the code: names, and scopes as `scopeKey`. */
  readonly order: string[] = [];
  readonly #given: HyperparameterValues;
  readonly #values: HyperparameterValues = {};
  readonly #open: Scope[] = [];

  /** @param values those of the trial; what is missing has its default */
  constructor(values: HyperparameterValues = {}) {
    this.#given = values;
  }

  /** The values asked for so far. */
  get values(): HyperparameterValues {
    return { ...this.#values };
  }

  /** A whole number from `min` to `max`. */
  int(name: string, options: Options<"int">): number {
    return this.#declare({ type: "int", name, ...options }) as number;
  }

  float(name: string, options: Options<"float">): number {
    return this.#declare({ type: "float", name, ...options }) as number;
  }

  /** One of the values listed. */
  choice<T extends HyperparameterValue>(
    name: string,
    values: readonly T[],
    options: { default?: T } = {},
  ): T {
    return this.#declare({ type: "choice", name, values: [...values], ...options }) as T;
  }

  boolean(name: string, options: Options<"boolean"> = {}): boolean {
    return this.#declare({ type: "boolean", name, ...options }) as boolean;
  }

  /** The same value in every trial: noted with the others, never searched. */
  fixed<T extends HyperparameterValue>(name: string, value: T): T {
    return this.#declare({ type: "fixed", name, value }) as T;
  }

  /**
   * Hyper-parameters that are there only when another one has certain values.
   *
   * @param parent declared before
   * @param body runs when it has one of them
   * @returns what `body` returns; undefined where it does not run
   */
  conditionalScope<T>(parent: string, values: readonly HyperparameterValue[], body: () => T): T | undefined {
    const scope = { parent, values };
    if (!Object.hasOwn(this.#values, parent)) {
      throw spaceError("CONDITION", `a scope depends on "${parent}", which is not declared before it`);
    }
    this.scopes.push(scope);
    this.order.push(scopeKey(scope));
    if (!values.some((value) => value === this.#values[parent])) return undefined;
    this.#open.push(scope);
    try {
      return body();
    } finally {
      this.#open.pop();
    }
  }

  /** The value of a hyper-parameter that has been declared. @throws CongruentError `E_SPACE_CONDITION` */
  get(name: string): HyperparameterValue {
    const value = Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
    if (value !== undefined) return value;
    throw spaceError("CONDITION", `"${name}" has not been declared, or is not there with these values`);
  }

  #declare(asked: HyperparameterInput): HyperparameterValue {
    const when = this.#open.map(({ parent, values }) => ({ name: parent, values: [...values] }));
    const hp = when.length > 0 ? { ...asked, when } : asked;
    const before = this.declared.find(({ name }) => name === hp.name);
    if (before && !isDeepStrictEqual(before, hp)) {
      throw spaceError("DUPLICATE", `"${hp.name}" is declared twice, differently`, "each name once");
    }
    if (!before) {
      this.declared.push(hp);
      this.order.push(hp.name);
    }
    const { when: _, ...alone } = hp;
    const domain = spaceOf([alone]).domain(hp.name);
    const value = Object.hasOwn(this.#given, hp.name) ? this.#given[hp.name] : domain.default;
    if (value === undefined || !domain.has(value)) {
      throw spaceError(
        "CHANGED",
        `${JSON.stringify(value)} is no value of "${hp.name}"`,
        "the space as it was",
      );
    }
    this.#values[hp.name] = value;
    return value;
  }
}
