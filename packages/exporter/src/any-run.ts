import { existsSync } from "node:fs";
import { type FittedRun, readFittedRun } from "@congruent/baselines";
import { readJson } from "@congruent/core/files";
import { anyRecipeSchema, isEstimatorRecipe } from "@congruent/core/schemas";
import { type FinishedRun, readRun, runPaths } from "@congruent/run";

/** A finished run of a network, or of a classical model. */
export type AnyRun = FinishedRun | FittedRun;

/**
 * Whether a run is that of a classical model.
 *
 * @example
 * ```ts no-run
 * isFitted(await readAnyRun("models/knn/runs/pipeline")); // => true
 * ```
 */
export function isFitted(run: AnyRun): run is FittedRun {
  return isEstimatorRecipe(run.recipe);
}

/**
 * Reads a finished run, whatever its recipe describes.
 *
 * @throws CongruentError `E_RUN_INCOMPLETE` naming what is missing.
 * @example
 * ```ts no-run
 * (await readAnyRun("models/knn/runs/pipeline")).environment.engine; // => "scikit-learn"
 * ```
 */
export async function readAnyRun(directory: string): Promise<AnyRun> {
  const { recipe } = runPaths(directory);
  const fitted = existsSync(recipe) && isEstimatorRecipe(await readJson(recipe, anyRecipeSchema));
  return fitted ? readFittedRun(directory) : readRun(directory);
}
