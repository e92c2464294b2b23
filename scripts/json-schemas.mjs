// Writes docs/schemas: `node scripts/json-schemas.mjs` after a change to a published schema.
import { writeFileSync } from "node:fs";
import { jsonSchemas } from "../packages/core/dist/index.js";

for (const [name, schema] of Object.entries(jsonSchemas())) {
  writeFileSync(new URL(`../docs/schemas/${name}`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
}
