import { print, printJson, table } from "../output.js";
import { readRecipe } from "../recipe.js";
import { type CommonOptions, verb } from "../verb.js";

export const summary = () =>
  verb("summary", "print the layers and parameters of a recipe's network", [
    "congruent summary models/lenet/recipe.json",
  ])
    .argument("<recipe>", "recipe.json, or a folder that holds one")
    .action(async (path: string, options: CommonOptions) => {
      const recipe = await readRecipe(path, []);
      const { loadTensorFlow } = await import("@congruent/toolchain");
      const { architecture } = await import("@congruent/zoo");
      const { datasetSource } = await import("@congruent/datasets");
      const network = architecture(recipe.architecture);
      const tf = await loadTensorFlow({ device: "cpu" });
      const classes = datasetSource(recipe.dataset).labels.length;
      const model = network.build(tf, { seed: recipe.seed, classes });
      const layers = model.layers.map((layer) => ({
        name: layer.name,
        type: layer.getClassName(),
        outputShape: layer.outputShape as (number | null)[],
        parameters: layer.countParams(),
      }));
      const parameters = model.countParams();
      if (options.json) return printJson({ name: network.name, layers, parameters });
      const shape = (dims: (number | null)[]) => `(${dims.map((dim) => dim ?? "None").join(", ")})`;
      print(`Model: "${network.name}"`);
      print(
        table(
          ["Layer (type)", "Output Shape", "Param #"],
          layers.map((l) => [
            `${l.name} (${l.type})`,
            shape(l.outputShape),
            l.parameters.toLocaleString("en"),
          ]),
        ),
      );
      print(`Total params: ${parameters.toLocaleString("en")}`);
    });
