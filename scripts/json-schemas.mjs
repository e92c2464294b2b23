// Writes docs/schemas: `npm run source scripts/json-schemas.mjs` after a change to a published schema.
import { writeFileSync } from "node:fs";
import { jsonSchemas } from "../packages/core/src/schemas/index.ts";

for (const [name, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(new URL(`../docs/schemas/${name}`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
}
