import { lockDirectory } from "@congruent/core/files";

/**
 * Keeps other trainings out of a run directory until the returned function is called.
 *
 * @throws CongruentError `E_RUN_LOCKED` naming the process that holds it.
 * @example
 * ```ts no-run
 * const unlock = await lockRun("runs/lenet");
 * await unlock();
 * ```
 */
export function lockRun(directory: string): Promise<() => Promise<void>> {
  return lockDirectory(directory, { file: "run.lock", code: "E_RUN_LOCKED", holder: "another training" });
}
