/** What Node asks, in a thread of its own, for each module: where it is, and what its text is. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const { compiled } = createRequire(import.meta.url)("./compile.cjs");

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
  return { format: "module", source: compiled(fileURLToPath(url), "es6"), shortCircuit: true };
}
