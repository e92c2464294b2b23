import { randomBytes } from "node:crypto";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeJson } from "@congruent/core/files";
import type { EstimatorRecipe } from "@congruent/core/schemas";
import { type Dataset, partition } from "@congruent/datasets";
import { createRunDirectory, environmentOf, lockRun, runPaths } from "@congruent/run";
import type { PythonLimits } from "./ask-python.js";
import { fitEstimator } from "./fit-estimator.js";
import type { FittedRun } from "./fitted-run.js";

export interface FitRecipeOptions extends PythonLimits {
  recipe: EstimatorRecipe;
  /** The data set that the recipe names, loaded. */
  dataset: Dataset;
  /** The run directory. */
  out: string;
  /** Replaces a run that is already there. */
  overwrite?: boolean;
}

/**
 * Fits what a recipe describes and leaves a run directory: recipe, environment, and a folder `estimator` with the fitted model,
 * scikit-learn's own predictions for the test images, and its report. The folder appears last and whole, so a run that was
 * interrupted is never taken for a finished one.
 *
 * @throws CongruentError as {@link fitEstimator}; `E_RUN_EXISTS`, `E_RUN_LOCKED`
 * @example
 * ```ts no-run
 * const recipe = estimatorRecipeSchema.parse(JSON.parse(await readFile("models/knn/recipe.json", "utf8")));
 * const { fit } = await fitRecipe({ recipe, dataset: await loadDataset("mnist"), out: "runs/knn" });
 * fit.class; // => "KNeighborsClassifier"
 * ```
 */
export async function fitRecipe(options: FitRecipeOptions): Promise<FittedRun> {
  const { recipe, dataset, out, overwrite = false } = options;
  const paths = runPaths(out);
  // Counts that the data set does not have are refused before an earlier run is replaced.
  const parts = partition(dataset, recipe);
  const unlock = await lockRun(out);
  const draft = join(out, `.estimator.${randomBytes(4).toString("hex")}`);
  try {
    await createRunDirectory(out, overwrite);
    await writeJson(paths.recipe, recipe);
    await mkdir(draft);
    const { estimator, seed } = recipe;
    const { train, test } = parts;
    const classes = dataset.labels.length;
    const fit = await fitEstimator({ ...options, estimator, seed, train, test, classes, out: draft });
    const environment = environmentOf({
      ...{ engine: "scikit-learn", device: "cpu", seed, dataset, parts },
      versions: fit.versions,
    });
    await writeJson(paths.environment, environment);
    await rename(draft, paths.estimator);
    return { directory: out, recipe, environment, epochs: [], fit };
  } finally {
    await rm(draft, { recursive: true, force: true });
    await unlock();
  }
}
