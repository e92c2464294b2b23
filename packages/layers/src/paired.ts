import { CongruentError } from "@congruent/core";

/**
 * For each of the model's names, in its order, the one that a file which was made from it has: the same name where the file has all of them, else
 * the one at its position.
 *
 * @throws CongruentError `E_LAYERS_INTERFACE` where the file has more or fewer
 * @example
 * ```ts
 * paired("inputs", ["a", "b"], ["b", "a"]); // => ["a", "b"]
 * paired("inputs", ["a", "b"], ["x", "y"]); // => ["x", "y"]
 * ```
 */
export function paired(
  kind: "inputs" | "outputs",
  own: readonly string[],
  others: readonly string[],
): string[] {
  if (own.length !== others.length) {
    throw new CongruentError({
      code: "E_LAYERS_INTERFACE",
      what: `the source model has the ${kind} ${own.join(", ")}, and the file ${others.join(", ")}`,
      expected: "as many of both",
      fix: "give the layers model that the file was made from",
    });
  }
  return own.every((name) => others.includes(name)) ? [...own] : [...others];
}
