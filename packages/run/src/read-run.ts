import { existsSync } from "node:fs";
import { basename } from "node:path";
import { CongruentError } from "@congruent/core";
import { readJson } from "@congruent/core/files";
import {
  type Environment,
  type EpochLog,
  environmentSchema,
  type Recipe,
  recipeSchema,
} from "@congruent/core/schemas";
import { incompleteRun } from "./incomplete-run.js";
import { readLog } from "./read-log.js";
import { runPaths } from "./run-paths.js";

/** The plain data of a finished run of a network. */
export interface FinishedRun {
  directory: string;
  recipe: Recipe;
  environment: Environment;
  epochs: EpochLog[];
}

/**
 * Reads a finished run of a network.
 *
 * @throws CongruentError `E_RUN_INCOMPLETE` naming what is missing, `E_RUN_MIXED` when the files come from different trainings.
 * @example
 * ```ts no-run
 * (await readRun("runs/lenet")).epochs.at(-1)?.valAccuracy; // => 0.9893
 * ```
 */
export async function readRun(directory: string): Promise<FinishedRun> {
  const paths = runPaths(directory);
  const needed = [paths.recipe, paths.environment, paths.log, paths.layers, paths.savedModel];
  const missing = needed.filter((path) => !existsSync(path)).map((path) => basename(path));
  if (missing.length > 0) {
    throw await incompleteRun(directory, missing, "continue it: the same `congruent train` and --resume");
  }
  const epochs = await readLog(paths.log);
  const recipe = await readJson(paths.recipe, recipeSchema);
  const environment = await readJson(paths.environment, environmentSchema);
  const last = environment.stopped?.epoch ?? recipe.epochs;
  const isWhole = epochs.length === last && epochs.every((log, i) => log.epoch === i + 1);
  if (!isWhole || environment.seed !== recipe.seed) {
    throw new CongruentError({
      code: "E_RUN_MIXED",
      what: `${directory} holds parts of different trainings`,
      expected: `the log of epochs 1 to ${last} and the seed ${recipe.seed}, as recipe.json says`,
      fix: "train again into an empty folder",
    });
  }
  return { directory, recipe, environment, epochs };
}
