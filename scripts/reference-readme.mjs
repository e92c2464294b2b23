/** Writes the list of operators into packages/reference/README.md: `node scripts/reference-readme.mjs` (needs the build). */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { operatorList } from "../packages/reference/dist/operator-list.js";

const path = fileURLToPath(new URL("../packages/reference/README.md", import.meta.url));
const text = readFileSync(path, "utf8");
const marked = /<!-- operators -->[\s\S]*<!-- \/operators -->/;
if (!marked.test(text)) throw new Error(`${path} has no place for the list`);
writeFileSync(
  path,
  text.replace(marked, () => `<!-- operators -->\n\n${operatorList()}\n\n<!-- /operators -->`),
);
