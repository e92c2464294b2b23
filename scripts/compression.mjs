/**
 * `npm run source scripts/compression.mjs [MODEL…]`: every model of models/ in every number format, beside what Python's quantizers make of
 * it; writes docs/compression.md (between its marks), docs/compression.json and docs/images/compression.svg. Makes `.venv/peers` where it
 * is not there. With `--render` it measures nothing and writes page and figure out of docs/compression.json.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { provisionEnvironment, pythonEnvironment } from "../packages/toolchain/src/index.ts";
import { measureModel } from "./compression/measure-model.js";
import { compressionFigure, compressionTables } from "./compression/tables.js";
import { generatedPage } from "./generated-page.js";
import { root } from "./set-up/javascript.mjs";

const models = join(root, "models");
const docs = join(root, "docs");
const page = join(docs, "compression.md");
const BEGIN = "<!-- compression: written by npm run source scripts/compression.mjs -->";
const END = "<!-- end -->";

function write(measured) {
  writeFileSync(join(docs, "compression.json"), `${JSON.stringify(measured, null, 2)}\n`);
  writeFileSync(join(docs, "images", "compression.svg"), compressionFigure(measured));
  const [before, rest] = readFileSync(page, "utf8").split(BEGIN);
  const after = rest.split(END)[1];
  generatedPage(page, `${before}${BEGIN}\n\n${compressionTables(measured)}\n\n${END}${after}`);
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    samples: { type: "string", default: "1000" },
    python: { type: "string" },
    render: { type: "boolean" },
  },
});
if (values.render) {
  write(JSON.parse(readFileSync(join(docs, "compression.json"), "utf8")));
  process.exit();
}
const names = readdirSync(models)
  .filter((name) => existsSync(join(models, name, "model.onnx")))
  .filter((name) => positionals.length === 0 || positionals.includes(name))
  .toSorted();
if (values.python === undefined) {
  await provisionEnvironment("peers", (text) => process.stderr.write(`${text}\n`));
}
const python = values.python ?? pythonEnvironment("peers").python;
const folder = mkdtempSync(join(tmpdir(), "congruent-compression-"));
try {
  const measured = [];
  for (const name of names) {
    process.stderr.write(`${name} …\n`);
    const path = relative(process.cwd(), join(models, name, "model.onnx"));
    measured.push(await measureModel({ name, path, folder, samples: Number(values.samples), python }));
    // After each, as all of them take long.
    write(measured);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
