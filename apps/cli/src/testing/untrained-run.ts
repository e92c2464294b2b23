import { writeFile } from "node:fs/promises";
import { makeDirectory, writeJson } from "@congruent/core/files";
import { recipeSchema } from "@congruent/core/schemas";
import { type Dataset, partition } from "@congruent/datasets";
import { saveLayersModel } from "@congruent/layers";
import { environmentOf, runPaths } from "@congruent/run";
import { exportSavedModel, loadTensorFlow } from "@congruent/trainer";
import { architecture } from "@congruent/zoo";
import { mersenne } from "pure-rand/generator/mersenne";

/**
 * The run directory of a network as if it had been trained: its kernels as drawn, and every weight that begins as 0 or 1
 * moved away from there, so that no bias, scale or moving statistic can be lost unnoticed.
 */
export async function untrainedRun(network: string, directory: string, dataset: Dataset): Promise<void> {
  const recipe = recipeSchema.parse({
    schema: "congruent/recipe@1",
    name: network,
    description: "Untrained",
    dataset: dataset.name,
    architecture: network,
    optimizer: { name: "adam" },
    epochs: 1,
  });
  const tf = await loadTensorFlow({ device: "cpu" });
  const model = architecture(network).build(tf, { seed: recipe.seed, classes: dataset.labels.length });
  const random = mersenne(1);
  // Within 0.3 of where it began: variances stay positive.
  const moved = (value: number) => value + 0.3 * (random.next() / 2 ** 31);
  model.setWeights(
    model.weights.map((weight) => {
      const value = weight.read();
      if (weight.originalName.endsWith("kernel")) return value;
      return tf.tensor(value.dataSync<"float32">().map(moved), value.shape);
    }),
  );
  const paths = runPaths(directory);
  const parts = partition(dataset, recipe);
  await makeDirectory(directory);
  await writeJson(paths.recipe, recipe);
  await writeFile(
    paths.log,
    `${JSON.stringify({ epoch: 1, steps: 1, seconds: 0, examplesPerSecond: 0, loss: 0 })}\n`,
  );
  await writeJson(
    paths.environment,
    environmentOf({ engine: "graph", device: "cpu", seed: recipe.seed, versions: {}, dataset, parts }),
  );
  await exportSavedModel(tf, model, paths.savedModel);
  await saveLayersModel(model, paths.layers);
  model.dispose();
}
