import { CongruentError } from "@congruent/core";

/**
 * Runs another verb in a process of its own, as if it had been called by hand; what it says goes to standard error, where
 * progress belongs.
 *
 * @param accepted exit codes that are no error
 * @throws CongruentError `E_VERB`, with exit code 3 where the verb ended with it
 */
export async function runVerb(
  args: readonly string[],
  { accepted = [0] }: { accepted?: readonly number[] } = {},
): Promise<void> {
  const { Child, howItEnded } = await import("@congruent/core/process");
  const [script = ""] = process.argv.slice(1);
  const ending = await new Child({
    script,
    args,
    // Of a command line that runs from source.
    nodeOptions: process.execArgv,
    streams: "stderr",
    // Interrupted, a training writes a checkpoint, however long that takes; a second Ctrl-C ends it at once.
    graceMs: Number.POSITIVE_INFINITY,
  }).ended;
  const { exitCode } = ending;
  if (exitCode !== null && accepted.includes(exitCode)) return;
  throw new CongruentError({
    code: "E_VERB",
    what: `congruent ${args.join(" ")} ${howItEnded(ending)}`,
    fix: "see what it said above; what is done is kept when it is called again",
    exit: exitCode === 3 ? 3 : 2,
  });
}
