/**
 * Tests run from the compiled files, so what is tested is what ships (child processes and page scripts included).
 * swc only turns ES modules into CommonJS for Jest's sandbox.
 */

/** Files named *.full.test take minutes each: `npm run test:full` runs them too. */
const full = process.env.CONGRUENT_FULL === "1";

export default {
  rootDir: ".",
  roots: ["<rootDir>/packages", "<rootDir>/apps", "<rootDir>/examples", "<rootDir>/scripts"],
  testMatch: ["**/dist/**/*.test.js", "<rootDir>/scripts/**/*.test.js"],
  testPathIgnorePatterns: ["/node_modules/", ...(full ? [] : ["\\.full\\.test\\.js$"])],
  testEnvironment: "<rootDir>/scripts/jest/host-arrays-environment.cjs",
  resolver: "<rootDir>/scripts/jest/import-only-resolver.cjs",
  transform: {
    "\\.m?js$": [
      "@swc/jest",
      {
        jsc: { target: "es2022", parser: { syntax: "ecmascript" } },
        module: { type: "commonjs" },
        sourceMaps: "inline",
        inputSourceMap: true,
      },
    ],
  },
  // With pnpm a dependency's real path is node_modules/.pnpm/NAME@VERSION/…: only packages published as ES modules alone are listed.
  transformIgnorePatterns: [
    "/node_modules/\\.pnpm/(?!(execa|leven|string-width|get-east-asian-width|strip-ansi|ansi-regex|pure-rand|@bufbuild\\+protobuf|preact|preact-render-to-string|@sindresorhus|@sec-ant|figures|get-stream|human-signals|is-plain-obj|is-stream|is-unicode-supported|npm-run-path|unicorn-magic|pretty-ms|parse-ms|strip-final-newline|yoctocolors|path-key|echarts|zrender|tslib|fflate|sirv|totalist|mrmime|@polka\\+url|fast-png|iobuffer|parse5|entities|@dagrejs)[@+])",
  ],
  // For a machine that is busy with other things as well: no test may fail because it is slow.
  testTimeout: 600_000,
  reporters: ["default", "<rootDir>/scripts/jest/closing-line-reporter.cjs"],
  maxWorkers: 2,
  // A worker process for each file: native addons (tfjs-node, onnxruntime-node) that are loaded a second time into one process
  // have been seen to crash it.
  workerIdleMemoryLimit: "1KB",
};
