import { createRequire } from "node:module";

const { swcOptions } = createRequire(import.meta.url)("./scripts/source/compile.cjs");

/** Tests run from source: swc turns each TypeScript file into CommonJS, which Jest's modules are, on first use. */

/** Files named *.full.test take minutes each: `npm run test:full` runs them too. */
const full = process.env.CONGRUENT_FULL === "1";

export default {
  rootDir: ".",
  roots: ["<rootDir>/packages", "<rootDir>/apps", "<rootDir>/examples", "<rootDir>/scripts"],
  testMatch: ["**/src/**/*.test.ts", "<rootDir>/apps/web/e2e/*.test.ts", "<rootDir>/scripts/**/*.test.js"],
  testPathIgnorePatterns: ["/node_modules/", "/dist/", ...(full ? [] : ["\\.full\\.test\\.[jt]s$"])],
  // Compiled files and what models' runs leave behind: neither loaded nor watched.
  modulePathIgnorePatterns: ["<rootDir>/(packages|apps|examples)/[^/]+/dist/"],
  watchPathIgnorePatterns: ["/dist/", "/runs/", "/reports/"],
  moduleFileExtensions: ["js", "ts", "tsx", "cjs", "mjs", "json", "node"],
  testEnvironment: "<rootDir>/scripts/jest/environment.cjs",
  testEnvironmentOptions: {
    // The packages' sources, by the export condition that each package.json declares.
    customExportConditions: ["@congruent/source", "node", "node-addons"],
  },
  cacheDirectory: "<rootDir>/node_modules/.cache/jest",
  resolver: "<rootDir>/scripts/jest/source-resolver.cjs",
  testSequencer: "<rootDir>/scripts/jest/longest-first-sequencer.cjs",
  transform: {
    "\\.ts$": ["@swc/jest", swcOptions(".ts", "commonjs")],
    "\\.tsx$": ["@swc/jest", swcOptions(".tsx", "commonjs")],
    "\\.m?js$": [
      "@swc/jest",
      {
        jsc: { target: "es2023", parser: { syntax: "ecmascript" } },
        module: { type: "commonjs" },
        sourceMaps: "inline",
      },
    ],
  },
  // With pnpm a dependency's real path is node_modules/.pnpm/NAME@VERSION/…: only packages published as ES modules alone are listed.
  transformIgnorePatterns: [
    "/node_modules/\\.pnpm/(?!(execa|leven|string-width|get-east-asian-width|strip-ansi|ansi-regex|pure-rand|@bufbuild\\+protobuf|preact|preact-render-to-string|@sindresorhus|@sec-ant|figures|get-stream|human-signals|is-plain-obj|is-stream|is-unicode-supported|npm-run-path|unicorn-magic|pretty-ms|parse-ms|strip-final-newline|yoctocolors|path-key|tslib|fflate|sirv|totalist|mrmime|@polka\\+url|fast-png|iobuffer|parse5|entities|@dagrejs)[@+])",
  ],
  // A minute, for a machine that is busy with other things as well; suites that start programs or train say so (timeLimits).
  testTimeout: 60_000,
  reporters: ["default", "<rootDir>/scripts/jest/closing-line-reporter.cjs"],
  maxWorkers: 2,
  // TensorFlow and test data stay in a worker's memory: one that has grown so far is replaced by a new one after its file.
  workerIdleMemoryLimit: "1500MB",
};
