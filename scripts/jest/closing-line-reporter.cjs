/** Ends a test run with the plain line `N passed, N failed` (`, N skipped` where there are any). */
module.exports = class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    // A suite that could not even be loaded has no tests of its own: it counts as one failure.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`;
    // After Jest's own summary, which is written in a later tick.
    process.on("exit", () => process.stdout.write(`\n${line}\n`));
  }
};
