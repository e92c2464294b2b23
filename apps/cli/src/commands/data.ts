import { existsSync } from "node:fs";
import { join } from "node:path";
import { CongruentError, type DataInspection } from "@congruent/core";
import type { WriteFormat } from "@congruent/datasets";
import { Command, InvalidArgumentError, Option } from "commander";
import { datasetFor } from "../dataset.js";
import { wholeNumber } from "../numbers.js";
import { note, print, printJson } from "../output.js";
import { readRecipe } from "../recipe.js";
import { reportFiles } from "../report-files.js";
import { printSheet } from "../sheet.js";
import { type CommonOptions, verb } from "../verb.js";

/** What every command takes for a data set. */
const DATASET =
  "mnist, fashion-mnist; a folder with dataset.json, train.csv and test.csv, or MNIST's four files; TRAIN.csv,TEST.csv; FILE.npz";

export const data = () =>
  new Command("data")
    .description("fetch, look at and write data sets")
    .addCommand(get())
    .addCommand(inspect())
    .addCommand(write());

const get = () =>
  verb("get", "fetch a data set into the cache, checked by SHA-256", ["congruent data get mnist"])
    .argument("<dataset>", DATASET)
    .option("--offline", "ask no server")
    .action(async (name: string, options: CommonOptions & { offline?: boolean }) => {
      const dataset = await datasetFor(name, options);
      const { isDatasetName, defaultCacheDir } = await import("@congruent/datasets");
      // What lies on this machine anyway is used where it lies.
      const cache = isDatasetName(dataset.name) ? defaultCacheDir() : null;
      if (cache) await expectCached(join(cache, dataset.name), Object.keys(dataset.sha256));
      const facts = { name: dataset.name, license: dataset.license, cache, sha256: dataset.sha256 };
      if (options.json) return printJson(facts);
      print(
        `${dataset.title} is ready (${dataset.train.labels.length} + ${dataset.test.labels.length} images)`,
      );
      for (const [file, hash] of Object.entries(dataset.sha256)) print(`  ${hash}  ${file}`);
    });

interface InspectOptions extends CommonOptions {
  head: number;
  header?: "auto" | "yes" | "no";
  labelColumn?: string | number;
  delimiter?: string;
  size?: [number, number, number];
  report?: string;
}

const inspect = () =>
  verb("inspect", "print shapes, dtypes, missing values, label counts and first rows", [
    "congruent data inspect mnist",
    "congruent data inspect digits/train.csv --label-column digit --head 3",
    "congruent data inspect mnist.npz --report mnist.html",
  ])
    .argument("<data>", `${DATASET}; or one CSV, IDX, npy or npz file`)
    .option("--head <n>", "how many first rows", wholeNumber("--head", 0), 5)
    .addOption(
      new Option(
        "--header <which>",
        "of a CSV file: whether its first row names the columns (default: auto)",
      ).choices(["auto", "yes", "no"]),
    )
    .option("--label-column <column>", "of a CSV file: a name, or a position from 0", columnOption)
    .option("--delimiter <character>", "of a CSV file (default: a comma)")
    .option("--size <HxWxC>", "of a CSV file: the images' size (default: grey squares)", sizeOption)
    .option("--report <file>", "write .json, .xml (JUnit), .html or .md")
    .action(async (path: string, options: InspectOptions) => {
      const report = await import("@congruent/report");
      const write = await reportFiles(options.report);
      const found = await inspection(path, options);
      const sheet = report.inspectionSheet(found);
      await write(({ renderSheet }, format) => renderSheet(sheet, format));
      if (options.json) return printJson(found);
      print(`${sheet.title}\n`);
      printSheet(sheet);
    });

async function inspection(path: string, options: InspectOptions): Promise<DataInspection> {
  const { head, header, labelColumn, delimiter, size } = options;
  const csv = {
    ...(header && { header }),
    ...(labelColumn !== undefined && { labelColumn }),
    ...(delimiter && { delimiter }),
    ...(size && { size }),
  };
  const { inspectFile, inspectLoaded, isInspectable, refuseCsvOptions } = await import("@congruent/datasets");
  refuseCsvOptions(path, Object.keys(csv));
  const isFile = isInspectable(path) && !path.includes(".csv,") && existsSync(path);
  if (isFile) return inspectFile(path, { head, ...csv });
  const notes: string[] = [];
  const dataset = await datasetFor(path, { notice: (message) => notes.push(message) });
  return inspectLoaded(dataset, { head, notes });
}

interface WriteOptions extends CommonOptions {
  format: WriteFormat;
  out: string;
  header?: boolean;
  subset?: string;
  name?: string;
}

const write = () =>
  verb("write", "write a data set as files, a folder that can be used wherever a data set is", [
    "congruent data write mnist --format csv --out data/mnist-csv",
    "congruent data write mnist --format csv --subset models/cnn-small/recipe.json --out data/study-e",
  ])
    .argument("<dataset>", DATASET)
    .addOption(
      new Option("--format <name>", "CSV (label, pixels), Keras' npz or MNIST's IDX")
        .choices(["csv", "npz", "idx"])
        .makeOptionMandatory(),
    )
    .requiredOption("--out <dir>", "the folder")
    .option("--header", "of CSV files: name the columns in the first row")
    .option("--subset <recipe>", "only the training images that the recipe's subset names, in its order")
    .option("--name <name>", "what the written data set is called (default: NAME-FORMAT)")
    .action(async (name: string, options: WriteOptions) => {
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
      if (options.json) return printJson(written);
      print(
        `${written.description.name}: ${dataset.train.labels.length} + ${dataset.test.labels.length} images in ${options.out}`,
      );
      for (const { file, bytes, sha256 } of written.files) print(`  ${sha256}  ${file} (${bytes} bytes)`);
    });

function columnOption(text: string): string | number {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

function sizeOption(text: string): [number, number, number] {
  const [, height, width, channels = "1"] = /^([1-9]\d*)x([1-9]\d*)(?:x([1-9]\d*))?$/.exec(text) ?? [];
  if (height !== undefined && width !== undefined) return [Number(height), Number(width), Number(channels)];
  throw new InvalidArgumentError(
    "--size takes height, width and perhaps channels, such as 28x20 or 32x32x3.",
  );
}

/** To fetch into the cache is the whole purpose of `data get`: data that are in memory alone are a failure here. */
async function expectCached(folder: string, files: readonly string[]): Promise<void> {
  const missing = files.filter((file) => !existsSync(join(folder, file)));
  if (missing.length === 0) return;
  throw new CongruentError({
    code: "E_WRITE",
    what: `${missing.join(", ")} could not be kept in ${folder}`,
    expected: "a folder that can be written to, with room for the data set",
    fix: "free some space or change its permissions, or name another folder with CONGRUENT_CACHE",
  });
}
