import { z } from "zod";
import { closest } from "../closest.js";

/**
 * An object without unknown fields; one that is misspelled is named together with the field that was meant.
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
        ? issue.keys.map((key) => `unknown field "${key}" ${meantOrKnown(key, known)}`).join(", ")
        : undefined,
  });
}

/** In brackets: the name that was probably meant, else those there are. */
export function meantOrKnown(name: string, known: readonly string[]): string {
  const meant = closest(name, known);
  return meant === undefined ? `(there are ${known.join(", ")})` : `(did you mean "${meant}"?)`;
}
