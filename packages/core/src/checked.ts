/** Checks data from outside by a schema; safe in a browser. */
import { CongruentError } from "./errors.js";

/** The part of a zod schema that `checked` uses. */
export interface JsonSchema<T> {
  safeParse(value: unknown):
    | { success: true; data: T }
    | {
        success: false;
        error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] };
      };
}

/**
 * The value, if the schema accepts it.
 *
 * @throws CongruentError `E_SCHEMA` with each offending field.
 * @example
 * ```ts
 * const ledger = { schema: "congruent/expectations@1", expect: [] };
 * checked(ledger, ledgerSchema, "ledger.json").expect; // => []
 * ```
 */
export function checked<T>(value: unknown, schema: JsonSchema<T>, source: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map((i) => `${i.path.join(".") || "(root)"}: ${i.message}`);
  throw new CongruentError({
    code: "E_SCHEMA",
    what: `${source} does not follow its schema: ${issues.join("; ")}`,
    fix: "correct the fields named",
  });
}
