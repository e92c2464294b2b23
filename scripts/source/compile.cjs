/** How a TypeScript file is compiled when it runs from source: in Jest (CommonJS) and in child processes (ES modules). */

/** @param {string} path @param {"commonjs" | "es6"} type */
exports.swcOptions = (path, type) => ({
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
