/** Writes the list of operators into packages/reference/README.md: `npm run source scripts/reference-readme.mjs`. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { operatorList } from "../packages/reference/src/operator-list.ts";

const path = fileURLToPath(new URL("../packages/reference/README.md", import.meta.url));
const text = readFileSync(path, "utf8");
const marked = /<!-- operators -->[\s\S]*<!-- \/operators -->/;
if (!marked.test(text)) throw new Error(`${path} has no place for the list`);
writeFileSync(
  path,
  text.replace(marked, () => `<!-- operators -->\n\n${operatorList()}\n\n<!-- /operators -->`),
);
