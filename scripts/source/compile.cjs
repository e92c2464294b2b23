/** How a TypeScript file is compiled when it runs from source: in Jest, and in the processes that tests and scripts start. */
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { threadId } = require("node:worker_threads");

/** @typedef {"commonjs" | "es6"} ModuleType */

/** @param {string} path @param {ModuleType} type */
const swcOptions = (path, type) => ({
  swcrc: false,
  configFile: false,
  jsc: {
    target: "es2023",
    parser: { syntax: "typescript", tsx: path.endsWith(".tsx") },
    // As tsconfig.base.json says.
    transform: { react: { runtime: "automatic", importSource: "preact" }, verbatimModuleSyntax: true },
  },
  module: { type },
  sourceMaps: "inline",
  // The maps name the files, which are there.
  inlineSourcesContent: false,
});
exports.swcOptions = swcOptions;

const cache = join(__dirname, "..", "..", "node_modules", ".cache", "source");
/** Another compiler: other results. */
const { version } = require("@swc/core/package.json");

/** The text of a file that is kept, or null. Most files are: one call of the system tells both. */
function kept(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

/** @param {string} path of a TypeScript file @param {ModuleType} type @returns {string} its JavaScript, kept until the file or the compiler changes */
exports.compiled = (path, type) => {
  const text = readFileSync(path, "utf8");
  const options = swcOptions(path, type);
  // A process loads a package when it first uses it: most commands use few of those that they import.
  if (type === "commonjs") options.module.lazy = true;
  const key = createHash("sha256")
    .update([version, JSON.stringify(options), path, text].join("\0"))
    .digest("hex");
  const place = join(cache, `${key}.js`);
  const before = kept(place);
  if (before !== null) return before;
  const { code } = require("@swc/core").transformSync(text, { filename: path, ...options });
  mkdirSync(cache, { recursive: true });
  // Several processes may compile the same file: each writes its own, the last one stays.
  const own = `${place}.${process.pid}.${threadId}`;
  writeFileSync(own, code);
  renameSync(own, place);
  return code;
};
