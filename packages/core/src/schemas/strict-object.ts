import { z } from "zod";

/**
 * An object without unknown fields; one that is misspelt is named together with the field that was meant.
 *
 * @example
 * ```ts
 * const wrong = recipeSchema.shape.optimizer.safeParse({ name: "adam", learning_rate: 1 });
 * wrong.error.issues[0].message; // => 'unknown field "learning_rate" (did you mean "learningRate"?)'
 * ```
 */
export function strictObject<T extends z.ZodRawShape>(shape: T) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => unknownField(key, known)).join(", ")
        : undefined,
  });
}

function unknownField(key: string, known: readonly string[]): string {
  const meant = closest(key, known);
  return `unknown field "${key}" ${meant ? `(did you mean "${meant}"?)` : `(there are ${known.join(", ")})`}`;
}

/**
 * The name that a misspelt one was probably meant to be: at most a third of its letters are wrong; capitals, dashes
 * and underscores do not count.
 *
 * @example
 * ```ts
 * closest("lerning_rate", ["learningRate", "momentum"]); // => "learningRate"
 * closest("colour", ["learningRate", "momentum"]); // => undefined
 * ```
 */
export function closest(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replace(/[-_\s]/g, "");
  const [best] = known
    .map((candidate) => ({ candidate, distance: editDistance(plain(name), plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  return best && best.distance <= Math.max(1, plain(best.candidate).length / 3) ? best.candidate : undefined;
}

/** Levenshtein's distance: letters to insert, remove or replace. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
