import { z } from "zod";
import { againstReportSchema } from "./parity/against.js";
import { ledgerSchema } from "./parity/ledger.js";
import { parityReportSchema } from "./parity/parity.js";

/** The published files that other tools read or write, by the name of their JSON Schema. */
const PUBLISHED = {
  "parity.schema.json": [parityReportSchema, "What congruent parity --report FILE.json writes"],
  "against.schema.json": [againstReportSchema, "What congruent parity --against --report FILE.json writes"],
  "expectations.schema.json": [ledgerSchema, "A ledger of known divergences: congruent parity --expect FILE"],
} as const;

/**
 * JSON Schemas (draft 2020-12) of the published files, made from the schemas that this project itself reads them with.
 *
 * @example
 * ```ts
 * Object.keys(jsonSchemas()); // => ["parity.schema.json", "against.schema.json", "expectations.schema.json"]
 * jsonSchemas()["parity.schema.json"].properties.schema; // => { type: "string", const: "congruent/parity@1" }
 * ```
 */
export function jsonSchemas(): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(PUBLISHED).map(([name, [schema, title]]) => {
      // As a reader takes it: what an older version did not write yet may be absent.
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input" });
      return [name, { $schema, title, ...rest }];
    }),
  );
}
