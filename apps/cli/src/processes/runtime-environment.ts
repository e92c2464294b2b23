import { CongruentError, type NodeOrtRuntime } from "@congruent/core";

/** Set in the child that has the runtime's variables. */
const READY = "CONGRUENT_RUNTIME_READY";

/**
 * Vulkan and CUDA libraries are found through variables that a process must have from its start. Where a runtime
 * needs some, runs this very command line again in a child that has them, and returns true: the work is done then.
 *
 * @throws CongruentError `E_RUNTIME_UNAVAILABLE` (exit 3) with what is missing and how to get it.
 */
export async function rerunFor(runtime: NodeOrtRuntime): Promise<boolean> {
  if (process.env[READY] === runtime) return false;
  const { runtimeEnvironments } = await import("@congruent/toolchain");
  const found = await runtimeEnvironments[runtime]();
  if (!found.available) {
    throw new CongruentError({
      code: "E_RUNTIME_UNAVAILABLE",
      what: `the runtime ${runtime} cannot be used: ${found.why}`,
      fix: found.fix,
      exit: 3,
    });
  }
  if (Object.keys(found.env).length === 0) return false;
  const { Child, howItEnded } = await import("@congruent/core/process");
  const [script = "", ...args] = process.argv.slice(1);
  const ending = await new Child({
    script,
    args,
    // Of a command line that runs from source.
    nodeOptions: process.execArgv,
    env: { ...found.env, [READY]: runtime },
    streams: "inherit",
    graceMs: Number.POSITIVE_INFINITY,
  }).ended;
  if (ending.exitCode === null) {
    throw new CongruentError({
      code: "E_RUNTIME_CRASH",
      what: `the process that ran ${runtime} ${howItEnded(ending)}`,
      fix: "compare with --runtime node-cpu; congruent parity shows which runtimes hold",
    });
  }
  process.exitCode = ending.exitCode;
  return true;
}
