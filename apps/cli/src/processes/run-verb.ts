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
  const { execa } = await import("execa");
  const [script = ""] = process.argv.slice(1);
  const child = await execa(process.execPath, [script, ...args], {
    stdin: "ignore",
    stdout: process.stderr,
    stderr: "inherit",
    reject: false,
  });
  if (child.exitCode !== undefined && accepted.includes(child.exitCode)) return;
  throw new CongruentError({
    code: "E_VERB",
    what: `congruent ${args.join(" ")} ended with ${child.exitCode ?? child.signal ?? "an error"}`,
    fix: "see what it said above; what is done is kept when it is called again",
    exit: child.exitCode === 3 ? 3 : 2,
  });
}
