import { CongruentError } from "@congruent/core";
import type { WriteFormat } from "@congruent/datasets";
import { Option } from "commander";
import { DATASET_HELP, datasetFor } from "../inputs/dataset.js";
import { readRecipe } from "../inputs/recipe.js";
import { note } from "../output/output.js";
import { type CommonOptions, defineVerb } from "../verb.js";

interface DataWriteOptions extends CommonOptions {
  format: WriteFormat;
  out: string;
  header?: boolean;
  subset?: string;
  name?: string;
}

export const dataWrite = defineVerb<[name: string], DataWriteOptions>({
  name: "data write",
  description: "write a data set as files, a folder that can be used wherever a data set is",
  examples: [
    "congruent data write mnist --format csv --out data/mnist-csv",
    "congruent data write mnist --format csv --subset models/cnn-small/recipe.json --out data/study-e",
  ],
  configure: (command) =>
    command
      .argument("<dataset>", DATASET_HELP)
      .addOption(
        new Option("--format <name>", "CSV (label, pixels), Keras' npz or MNIST's IDX")
          .choices(["csv", "npz", "idx"])
          .makeOptionMandatory(),
      )
      .requiredOption("--out <dir>", "the folder")
      .option("--header", "of CSV files: name the columns in the first row")
      .option("--subset <recipe>", "only the training images that the recipe's subset names, in its order")
      .option("--name <name>", "what the written data set is called (default: NAME-FORMAT)"),
  async run([name], options) {
    const { subsetOf, writeDataset } = await import("@congruent/datasets");
    if (options.header && options.format !== "csv") {
      throw new CongruentError({
        code: "E_WRITE_OPTION",
        what: `--header was given with --format ${options.format}`,
        expected: "--header with --format csv",
      });
    }
    const recipe = options.subset === undefined ? null : await readRecipe(options.subset, []);
    const subset = recipe?.subset;
    if (recipe && !subset) {
      throw new CongruentError({
        code: "E_WRITE_OPTION",
        what: `${options.subset} has no subset`,
        expected: "a recipe with subset.labelCounts",
      });
    }
    const whole = await datasetFor(name);
    // Only text has a first row that can be taken for a header.
    const lost = Boolean(subset?.dropFirst) && options.format === "csv" && !options.header;
    const dataset = subset ? subsetOf(whole, { ...subset, dropFirst: lost }) : whole;
    const subsetName = recipe ? `-${recipe.name}` : "";
    const written = await writeDataset(dataset, {
      format: options.format,
      directory: options.out,
      header: options.header ?? false,
      loseFirst: lost,
      name: options.name ?? `${whole.name}${subsetName}-${options.format}`,
    });
    if (lost) {
      note(
        "as the recipe says, dataset.json has the first row of each file read as a header: that image is lost",
      );
    }
    const images = `${dataset.train.labels.length} + ${dataset.test.labels.length} images`;
    return {
      data: written,
      text: () =>
        [
          `${written.description.name}: ${images} in ${options.out}`,
          ...written.files.map(({ file, bytes, sha256 }) => `  ${sha256}  ${file} (${bytes} bytes)`),
        ].join("\n"),
    };
  },
});
