import { existsSync } from "node:fs";
import { join } from "node:path";
import { readJson } from "@congruent/core/files";
import { anyRecipeSchema, isEstimatorRecipe } from "@congruent/core/schemas";

/** Where a training leaves off: the folder that its weights appear in last. */
const FINISHED = ["layers", "estimator"];

/**
 * What the pipeline is about to do, a line for each model.
 *
 * @param models the folder of the models
 */
export async function planOf(models: string, names: readonly string[]): Promise<string[]> {
  const lines = await Promise.all(
    names.map(async (name) => {
      const recipe = await readJson(join(models, name, "recipe.json"), anyRecipeSchema);
      const run = join(models, name, "runs", "pipeline");
      const training = isEstimatorRecipe(recipe) ? "fitted" : `trained for ${recipe.epochs} epochs`;
      const begun = existsSync(join(run, "recipe.json"));
      const isFinished = FINISHED.some((folder) => existsSync(join(run, folder)));
      const earlier = isFinished
        ? " (done before, if nothing has changed)"
        : begun
          ? " (begun before: it goes on)"
          : "";
      return `${name}: ${recipe.description}: ${training}${earlier}`;
    }),
  );
  return [
    ...lines,
    "then exported to one ONNX file, scored on the test images, compared on every runtime, and reported",
    "How long the training takes is said as soon as its first steps were measured. Ctrl-C stops; the same command goes on from there.",
  ];
}
