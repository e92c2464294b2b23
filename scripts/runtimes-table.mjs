/**
 * Writes the table of runtimes in README.md, between its two comments, from the definitions in packages/core:
 * `npm run source scripts/runtimes-table.mjs`. With `--check` it writes nothing and ends with 1 where the table differs.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  BROWSER_FACTS,
  RUNTIMES_IN_BROWSERS,
  runtimeDefinitions,
  runtimeId,
} from "../packages/core/src/index.ts";
import { root } from "./set-up/javascript.mjs";

const BEGIN = "<!-- runtimes: written by npm run source scripts/runtimes-table.mjs -->";
const END = "<!-- end of runtimes -->";
const page = join(root, "README.md");

const HEAD = ["name", "what it is", "needs", "in a browser: selected as"];

/** Each browser that a runtime can run in, with the name that selects both. */
function browsersOf(name) {
  const found = RUNTIMES_IN_BROWSERS.filter(({ runtime, browser }) => runtime === name && browser !== null);
  return found.map((each) => `${BROWSER_FACTS[each.browser].title}: \`${runtimeId(each)}\``).join(", ");
}

const rows = runtimeDefinitions.map(({ name, description, needs }) => [
  `\`${name}\``,
  description,
  needs,
  browsersOf(name) || "–",
]);

const text = readFileSync(page, "utf8");
const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
if (begin < 0 || end < begin)
  throw new Error(`README.md must hold the lines ${BEGIN} and ${END}, in this order`);
const lines = [HEAD, HEAD.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
const table = `${BEGIN}\n\n${lines.join("\n")}\n\n${END}`;
const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
const written = execFileSync(process.execPath, [biome, "format", `--stdin-file-path=${page}`], {
  cwd: root,
  input: text.slice(0, begin) + table + text.slice(end + END.length),
  encoding: "utf8",
});
if (!process.argv.includes("--check")) writeFileSync(page, written);
else if (text !== written) {
  console.error(
    "README.md's table of runtimes differs from packages/core/src/runtimes: npm run source scripts/runtimes-table.mjs writes it",
  );
  process.exitCode = 1;
}
