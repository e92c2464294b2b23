import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { readJson } from "@congruent/core/files";
import {
  type Environment,
  type EpochLog,
  type EstimatorRecipe,
  environmentSchema,
  estimatorRecipeSchema,
  type FitReport,
  fitReportSchema,
} from "@congruent/core/schemas";
import { incompleteRun, runPaths } from "@congruent/run";

/** A finished fit and all that it says about itself. */
export interface FittedRun {
  directory: string;
  recipe: EstimatorRecipe;
  environment: Environment;
  /** None: what is shared with networks' runs asks for them. */
  epochs: EpochLog[];
  fit: FitReport;
}

/**
 * What a fit leaves in its folder.
 *
 * @example
 * ```ts
 * fittedPaths("runs/knn/estimator").fit; // => "runs/knn/estimator/fit.json"
 * ```
 */
export function fittedPaths(folder: string) {
  return {
    /** scikit-learn's own form of a fitted model. Reading it runs code, as with every pickle: only runs of one's own. */
    estimator: join(folder, "estimator.joblib"),
    predictions: join(folder, "predictions.npz"),
    fit: join(folder, "fit.json"),
  };
}

/** Reads a finished run of a classical model. @throws CongruentError `E_RUN_INCOMPLETE` naming what is missing. */
export async function readFittedRun(directory: string): Promise<FittedRun> {
  const { recipe, environment, estimator } = runPaths(directory);
  const paths = fittedPaths(estimator);
  const missing = [recipe, environment, ...Object.values(paths)].filter((path) => !existsSync(path));
  if (missing.length > 0) {
    const names = missing.map((path) => basename(path));
    throw await incompleteRun(directory, names, "train again; an interrupted fit cannot be resumed");
  }
  return {
    directory,
    recipe: await readJson(recipe, estimatorRecipeSchema),
    environment: await readJson(environment, environmentSchema),
    epochs: [],
    fit: await readJson(paths.fit, fitReportSchema),
  };
}
