import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { CongruentError, differences } from "@congruent/core";
import { readJson } from "@congruent/core/files";
import { type Recipe, recipeSchema } from "@congruent/core/schemas";
import { type FinishedRun, isRunDirectory, readRun, runPaths } from "@congruent/run";
import { type FoundCheckpoint, newestCheckpoint, removeTemporary } from "./store.js";

/** The training that is to be resumed, as it is found on disk. */
export type EarlierRun =
  | { finished: FinishedRun }
  /** null: it was interrupted before its first checkpoint. */
  | { finished: null; found: FoundCheckpoint | null };

/**
 * The training in a run directory.
 *
 * @throws CongruentError `E_NOTHING_TO_RESUME` when there is none; `E_CHECKPOINT_MISMATCH` when its recipe is another;
 * `E_CHECKPOINT_CORRUPT` when no checkpoint is whole.
 */
export async function earlierRun(directory: string, recipe: Recipe): Promise<EarlierRun> {
  const paths = runPaths(directory);
  await refuseNothingToResume(directory);
  const changed = differences(await readJson(paths.recipe, recipeSchema), recipe);
  if (changed.length > 0) {
    throw new CongruentError({
      code: "E_CHECKPOINT_MISMATCH",
      what: `${directory} holds a training of another recipe: ${changed.join("; ")}`,
      fix: "resume with the recipe as it was, or choose another --out",
    });
  }
  if (existsSync(paths.layers)) return { finished: await readRun(directory) };
  await removeLeftovers(directory);
  return { finished: null, found: await newestCheckpoint(paths.checkpoints) };
}

/** @throws CongruentError `E_NOTHING_TO_RESUME` */
export async function refuseNothingToResume(directory: string): Promise<void> {
  if (await isRunDirectory(directory)) return;
  throw new CongruentError({
    code: "E_NOTHING_TO_RESUME",
    what: `${directory} contains no training that could be resumed`,
    expected: "a run directory of `congruent train`, finished or not",
    fix: "train without --resume, or name the run directory with --out",
  });
}

/** Removes temporary files that a process left when it was killed. */
async function removeLeftovers(directory: string): Promise<void> {
  const paths = runPaths(directory);
  for (const folder of [directory, paths.checkpoints, paths.savedModel]) await removeTemporary(folder);
  const halves = (await readdir(directory)).filter((name) => name.startsWith(`.${basename(paths.layers)}.`));
  for (const name of halves) await rm(join(directory, name), { recursive: true, force: true });
}
