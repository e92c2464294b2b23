/** Whether the dynamic loader finds a shared library, without keeping it loaded. */
import { runProcess } from "@congruent/core/process";

/**
 * `null` when the library can be loaded, else the loader's reason.
 *
 * @param name A soname (`libcuda.so.1`, looked up as the loader does) or an absolute path.
 */
export function whyNotLoadable(name: string): string | null {
  try {
    // A library that is not a Node addon is opened, registers nothing, and is closed again.
    process.dlopen({ exports: {} }, name);
    return null;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.includes("did not self-register") ? null : message;
  }
}

/**
 * The same for several libraries, asked by a child process: their own start-up code runs there, and `env` counts
 * (the loader reads LD_LIBRARY_PATH only when a process starts).
 */
export async function whyNotLoadableInChild(
  names: readonly string[],
  env: Record<string, string> = {},
): Promise<(string | null)[]> {
  const result = await runProcess({
    script: new URL("./probe-libraries.js", import.meta.url),
    args: names,
    env,
    timeoutMs: 60_000,
  });
  if (result.exitCode === 0) return JSON.parse(result.stdout) as (string | null)[];
  const why = result.signal ? `loading it ended the process (${result.signal})` : result.stderr.trim();
  return names.map(() => why || "loading it ended the process");
}
