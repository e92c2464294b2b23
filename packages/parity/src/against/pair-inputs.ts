/**
 * Which input of the first file each of the second's is: the one of the same name; names that only one file has, in their order.
 *
 * @returns from the second file's names to the first's; without those that are left over
 * @example
 * ```ts
 * [...pairInputs(["a", "b", "c"], ["c", "x", "a"])]; // => [["c", "c"], ["x", "b"], ["a", "a"]]
 * ```
 */
export function pairInputs(first: readonly string[], second: readonly string[]): Map<string, string> {
  const left = first.filter((name) => !second.includes(name));
  return new Map(
    second.flatMap((name): [string, string][] => {
      const paired = first.includes(name) ? name : left.shift();
      return paired === undefined ? [] : [[name, paired]];
    }),
  );
}
