/**
 * How much wider the reference's error bounds are than what honest runtimes do, and how small a planted fault may be: the tables of
 * docs/decisions/error-bounds.md. Run it as `npm run source scripts/error-bounds.mjs [SIZE | planted]`; the default SIZE is 100, of which
 * random graphs alone are 10,000 samples.
 *
 * Looseness of a value is its bound divided by the largest error of any honest runtime, at the element that comes nearest to its bound.
 */
import { corpus } from "./error-bounds/corpus.js";
import { measure } from "./error-bounds/measure.js";
import { countPlanted } from "./error-bounds/planted.js";
import { printPlanted, printTables } from "./error-bounds/tables.js";

const what = process.argv[2] ?? "100";
if (what === "planted") {
  printPlanted(await countPlanted());
} else {
  const found = [];
  for await (const subject of corpus(Number(what))) found.push(...(await measure(subject)));
  printTables(found);
}
