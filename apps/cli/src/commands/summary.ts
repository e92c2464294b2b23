import { existsSync } from "node:fs";
import { join } from "node:path";
import { datasetFor } from "../inputs/dataset.js";
import { readNetworkRecipe } from "../inputs/recipe.js";
import { table } from "../output/output.js";
import { defineVerb } from "../verb.js";

/** Classes of a network that is named without a recipe: those of the data sets that come with the project. */
const CLASSES = 10;

export const summary = defineVerb<[what: string]>({
  name: "summary",
  description: "print the layers and parameters of a network, as Keras' model.summary() does",
  examples: [
    "congruent summary resnet",
    "congruent summary models/lenet/recipe.json",
    "congruent summary runs/first",
  ],
  configure: (command) =>
    command.argument("<model>", "a network's name, a recipe, a run, or a folder with a tfjs layers model"),
  async run([what]) {
    const zoo = await import("@congruent/zoo");
    const found = zoo.summarize(await modelOf(what));
    return {
      data: found,
      text: () =>
        [
          `Model: "${found.name}"`,
          table(zoo.summaryHead(found), zoo.summaryRows(found)),
          "",
          ...zoo.summaryTotals(found).map((line) => ` ${line}`),
        ].join("\n"),
    };
  },
});

/** A layers model where there is one, else the network that a recipe or a name stands for. */
async function modelOf(what: string): Promise<Parameters<typeof import("@congruent/zoo").summarize>[0]> {
  const { loadTensorFlow } = await import("@congruent/toolchain");
  const { architecture, networkOf } = await import("@congruent/zoo");
  const tf = await loadTensorFlow({ device: "cpu" });
  const { runPaths } = await import("@congruent/run");
  const { loadLayersModel } = await import("@congruent/layers");
  const saved = [what, runPaths(what).layers].find((folder) => existsSync(join(folder, "model.json")));
  if (saved) return loadLayersModel(tf, saved);
  if (what.endsWith("model.json")) return loadLayersModel(tf, what);
  if (!existsSync(what)) return architecture(what).build(tf, { seed: 1, classes: CLASSES });
  const recipe = await readNetworkRecipe(what);
  const { datasets } = await import("@congruent/datasets");
  // What is known by name need not be fetched for its number of classes.
  const { labels } = datasets[recipe.dataset] ?? (await datasetFor(recipe.dataset));
  return networkOf(recipe).build(tf, { classes: labels.length });
}
