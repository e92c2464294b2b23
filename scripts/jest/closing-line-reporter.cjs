/** Ends a test run with the plain line `N passed, N failed` (`, N skipped` where there are any). */
const { writeFileSync } = require("node:fs");

/** Variable with the path of a file that gets the counts as JSON. */
const COUNTS_FILE = "CONGRUENT_COUNTS_FILE";

function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`;
}

module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      // A suite that could not even be loaded has no tests of its own: it counts as one failure.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    const file = process.env[COUNTS_FILE];
    if (file) writeFileSync(file, JSON.stringify(counts));
    // After Jest's own summary, which is written in a later tick.
    process.on("exit", () => process.stdout.write(`\n${closingLine(counts)}\n`));
  }
};
module.exports.closingLine = closingLine;
module.exports.COUNTS_FILE = COUNTS_FILE;
