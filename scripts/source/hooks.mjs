/** What Node asks, in a thread of its own, for each module: where it is, and what its text is. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const { swcOptions } = require("./compile.cjs");

const cache = fileURLToPath(new URL("../../node_modules/.cache/source/", import.meta.url));
mkdirSync(cache, { recursive: true });
/** Another compiler or other options: other results. */
const generation = [
  require("@swc/core/package.json").version,
  JSON.stringify(swcOptions(".ts", "es6")),
].join();

/** Sources import each other by the compiled name, `./dense.js`: the file is `dense.ts` or `dense.tsx`. */
export async function resolve(specifier, context, next) {
  const { parentURL } = context;
  if (/^\.{1,2}\/.*\.js$/.test(specifier) && parentURL && !parentURL.includes("/node_modules/")) {
    const stem = new URL(specifier, parentURL).href.slice(0, -".js".length);
    for (const url of [`${stem}.ts`, `${stem}.tsx`]) {
      if (existsSync(fileURLToPath(url))) return { url, format: "module", shortCircuit: true };
    }
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  if (!/^file:.*\.tsx?$/.test(url)) return next(url, context);
  return { format: "module", source: compiled(fileURLToPath(url)), shortCircuit: true };
}

/** @param {string} path of a TypeScript file */
function compiled(path) {
  const text = readFileSync(path, "utf8");
  const key = createHash("sha256").update(`${generation}\0${path}\0${text}`).digest("hex");
  const kept = join(cache, `${key}.js`);
  if (existsSync(kept)) return readFileSync(kept, "utf8");
  const { code } = require("@swc/core").transformSync(text, { filename: path, ...swcOptions(path, "es6") });
  // Several processes may compile the same file: each writes its own, the last one stays.
  const own = `${kept}.${process.pid}`;
  writeFileSync(own, code);
  renameSync(own, kept);
  return code;
}
