/**
 * For `z.preprocess`: gives fields that an older version wrote under another name their present name. A file of the present version is
 * left as it is.
 *
 * @param names present name of each former one
 * @example
 * ```ts
 * const renamed = formerNames({ truth: "label" });
 * renamed({ truth: 4 }); // => { label: 4 }
 * renamed({ label: 4 }); // => { label: 4 }
 * ```
 */
export function formerNames(names: Readonly<Record<string, string>>): (value: unknown) => unknown {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => {
        const present = names[name];
        return [present === undefined || present in value ? name : present, field];
      }),
    );
  };
}
