import { CongruentError, type RuntimeName } from "@congruent/core";

/** Set in the child that has the runtime's variables. */
const READY = "CONGRUENT_RUNTIME_READY";

/**
 * Vulkan and CUDA libraries are found through variables that a process must have from its start. Where a runtime
 * needs some, runs this very command line again in a child that has them, and returns true: the work is done then.
 *
 * @throws CongruentError `E_RUNTIME_UNAVAILABLE` (exit 3) with what is missing and how to get it.
 */
export async function rerunFor(runtime: RuntimeName): Promise<boolean> {
  if (process.env[READY] === runtime) return false;
  const found = await environmentOf(runtime);
  if (!found.available) {
    throw new CongruentError({
      code: "E_RUNTIME_UNAVAILABLE",
      what: `the runtime ${runtime} cannot be used: ${found.why}`,
      fix: found.fix,
      exit: 3,
    });
  }
  if (Object.keys(found.env).length === 0) return false;
  const { execa } = await import("execa");
  const child = await execa(process.execPath, process.argv.slice(1), {
    env: { ...found.env, [READY]: runtime },
    stdio: "inherit",
    reject: false,
  });
  if (child.exitCode === undefined) {
    throw new CongruentError({
      code: "E_RUNTIME_CRASH",
      what: `the process that ran ${runtime} was ended by ${child.signal ?? "a signal"}`,
      fix: "compare with --runtime node-cpu; congruent parity shows which runtimes hold",
    });
  }
  process.exitCode = child.exitCode;
  return true;
}

async function environmentOf(runtime: RuntimeName) {
  const toolchain = await import("@congruent/toolchain");
  if (runtime === "node-webgpu") return toolchain.nodeWebGpuEnvironment();
  if (runtime === "node-cuda") return toolchain.nodeCudaEnvironment();
  return { available: true as const, env: {} as Record<string, string> };
}
