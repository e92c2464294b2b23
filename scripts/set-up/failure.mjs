/**
 * Errors of set-up, in the shape of packages/core's CongruentError (which is not built yet when these are thrown):
 * what happened, what was expected, how to fix it, a stable code and the exit code.
 */
export class Failure extends Error {
  constructor({ code, what, expected, fix, exit = 3, cause }) {
    super(what, cause === undefined ? undefined : { cause });
    this.name = "Failure";
    Object.assign(this, { code, what, expected, fix, exit });
  }
}

/** A child process has ended with this code, and has said why itself. */
export class Ended extends Error {
  constructor(exit) {
    super(`ended with ${exit}`);
    this.exit = exit;
  }
}

/** The error as lines for the terminal; the stack only when asked for. */
function describeFailure(error, verbose) {
  const known = typeof error?.code === "string" && error.code.startsWith("E_") && "what" in error;
  const lines = known ? [`✖ ${error.what}`] : [`✖ ${error?.message ?? error}`];
  if (known && error.expected) lines.push(`  expected: ${error.expected}`);
  if (known && error.fix) lines.push(`  fix: ${error.fix}`);
  lines.push(`  code: ${known ? error.code : "E_UNEXPECTED"}${verbose ? "" : " (--verbose shows where)"}`);
  if (verbose && error?.stack) lines.push(error.stack);
  return lines.join("\n");
}

/** Runs a script's main function; its exit code becomes the process's, its error one clear message. */
export async function main(run, { verbose }) {
  try {
    process.exitCode = await run();
  } catch (error) {
    if (!(error instanceof Ended)) process.stderr.write(`${describeFailure(error, verbose)}\n`);
    process.exitCode = error?.exit ?? 3;
  }
}
