/**
 * Starts the longest test files first, so that no worker is left with one of them at the end. Jest does so by the durations of earlier runs; in
 * a fresh clone there are none, and it takes the size of a file for how long it takes.
 */
const { readFileSync, statSync } = require("node:fs");
const { createRequire } = require("node:module");
const { needsOf } = require("./needs.cjs");

/** Jest's own, which is a dependency of a dependency of a dependency of Jest's. */
const path = ["@jest/core", "jest-config", "@jest/test-sequencer"].reduce(
  (from, name) => createRequire(from).resolve(name),
  require.resolve("jest"),
);
const { default: TestSequencer } = require(path);

/** What a file with this need takes longer than others, in seconds, on average. */
const SECONDS = { build: 60, browser: 30, baselines: 40, export: 30, tensorflow: 10, oracle: 5 };
const BYTES_A_SECOND = 4000;

/** @param {string} file @returns {number} about how many seconds it takes, by what it needs and how long it is */
function guess(file) {
  const needs = needsOf(readFileSync(file, "utf8"));
  return needs.reduce((sum, need) => sum + (SECONDS[need] ?? 0), statSync(file).size / BYTES_A_SECOND);
}

module.exports = class LongestFirstSequencer extends TestSequencer {
  sort(tests) {
    // Also tells each test file's duration, where an earlier run has measured it.
    const sorted = super.sort(tests);
    if (sorted.every(({ duration }) => duration !== undefined)) return sorted;
    const seconds = new Map(
      sorted.map((test) => [test, test.duration === undefined ? guess(test.path) : test.duration / 1000]),
    );
    return sorted.sort((a, b) => seconds.get(b) - seconds.get(a));
  }
};
