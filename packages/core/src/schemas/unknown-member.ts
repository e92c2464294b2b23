import type { z } from "zod";
import { meantOrKnown } from "./strict-object.js";

/**
 * The `error` of an enum, or of a union that one field decides: says which names there are, and which one was probably meant.
 *
 * @param kind what the names are names of, in the singular
 * @example
 * ```ts
 * const wrong = recipeSchema.shape.optimizer.safeParse({ name: "adm" });
 * wrong.error.issues[0].message; // => 'there is no optimizer called "adm" (did you mean "adam"?)'
 * ```
 */
export function unknownMember(kind: string): (issue: z.core.$ZodRawIssue) => string | undefined {
  return (issue) => {
    const { given, known } = lookedUp(issue) ?? {};
    if (known === undefined) return undefined;
    if (typeof given !== "string") return `names no ${kind} (there are ${known.join(", ")})`;
    return `there is no ${kind} called "${given}" ${meantOrKnown(given, known)}`;
  };
}

/** The name that was looked up and those there are; null for an issue of another kind. */
function lookedUp(issue: z.core.$ZodRawIssue): { given: unknown; known: string[] } | null {
  if (issue.code === "invalid_value") return { given: issue.input, known: issue.values.map(String) };
  if (issue.code !== "invalid_union" || !issue.discriminator || !Array.isArray(issue.options)) return null;
  const { [issue.discriminator]: given } = issue.input as Record<string, unknown>;
  return { given, known: issue.options.map(String) };
}
