/**
 * Lets Node run this repository from source: `node --conditions=@congruent/source --require ./scripts/source/register.cjs FILE`.
 * Each file is compiled by itself, and kept compiled until it changes.
 *
 * A TypeScript program runs as CommonJS, as it does in Jest: its modules are found and compiled in this thread. The hooks for ES modules, which
 * Node asks in a thread of their own for each of some hundred modules, take two to three times the processor time. They serve what cannot be
 * CommonJS: scripts (.mjs) and `--eval`.
 */
const { existsSync } = require("node:fs");
const Module = require("node:module");
const { dirname, resolve } = require("node:path");
const { fileURLToPath, pathToFileURL } = require("node:url");
const { isMainThread } = require("node:worker_threads");
const { guardIfTested } = require("../jest/needs.cjs");
const { compiled } = require("./compile.cjs");

process.setSourceMapsEnabled(true);
guardIfTested();
if (isMainThread) prepareFor(process.argv[1] ?? "");
else {
  // A thread hears of its program only when it runs it.
  const runMain = Module.runMain;
  Module.runMain = (program) => {
    Module.runMain = runMain;
    prepareFor(program);
    Module.runMain(program);
  };
}

/** @param {string} program path of what Node was given */
function prepareFor(program) {
  if (/\.tsx?$/.test(program)) runsAsCommonJs(program);
  else Module.register("./hooks.mjs", pathToFileURL(__filename));
}

/** @param {string} program path of the TypeScript file that Node was given */
function runsAsCommonJs(program) {
  const find = Module._resolveFilename;
  Module._resolveFilename = function (request, parent, ...rest) {
    return source(request, parent) ?? find.call(this, request, parent, ...rest);
  };
  const compile = (module, path) => module._compile(compiled(path, "commonjs"), path);
  Module._extensions[".ts"] = compile;
  Module._extensions[".tsx"] = compile;
  Module.runMain = () => {
    Module._extensions[".ts"] = (module, path) => {
      Module._extensions[".ts"] = compile;
      // The program alone may wait at its top level (`await`), which CommonJS cannot.
      module._compile(`(async () => {${compiled(path, "commonjs")}\n})();`, path);
    };
    Module._load(program, null, true);
  };
}

/** Sources import each other by the compiled name, `./dense.js`: the file is `dense.ts` or `dense.tsx`. */
function source(request, parent) {
  // import(url), which has become a call of require.
  if (request.startsWith("file:")) return fileURLToPath(request);
  const from = parent?.filename;
  if (!from || !/^\.{1,2}\/.*\.js$/.test(request) || from.includes("/node_modules/")) return null;
  const stem = resolve(dirname(from), request).slice(0, -".js".length);
  return [`${stem}.ts`, `${stem}.tsx`].find((path) => existsSync(path)) ?? null;
}
