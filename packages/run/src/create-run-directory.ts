import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename } from "node:path";
import { CongruentError } from "@congruent/core";
import { makeDirectory, writeError } from "@congruent/core/files";
import { isRunDirectory } from "./is-run-directory.js";
import { runPaths } from "./run-paths.js";

/**
 * Makes an empty directory for a new run. With `overwrite` an earlier run is removed first; a folder that is not a run is
 * never changed.
 *
 * @throws CongruentError `E_RUN_EXISTS` when a file that a run would write exists already.
 * @example
 * ```ts no-run
 * await createRunDirectory("runs/lenet", false);
 * ```
 */
export async function createRunDirectory(directory: string, overwrite: boolean): Promise<void> {
  const existing = Object.values(runPaths(directory)).filter((path) => existsSync(path));
  const isRun = await isRunDirectory(directory);
  if (existing.length > 0 && !(overwrite && isRun)) {
    throw new CongruentError({
      code: "E_RUN_EXISTS",
      what: isRun
        ? `${directory} already holds a run`
        : `${directory} is no run and already holds ${existing.map((path) => basename(path)).join(", ")}`,
      fix: isRun
        ? "choose another --out, give --resume to continue it or --overwrite to replace it"
        : "choose another --out",
    });
  }
  try {
    // The recipe is removed last: if this is interrupted, what is left still counts as a run and can be overwritten.
    for (const path of existing.reverse()) await rm(path, { recursive: true, force: true });
    await makeDirectory(directory);
  } catch (error) {
    throw writeError(directory, error);
  }
}
