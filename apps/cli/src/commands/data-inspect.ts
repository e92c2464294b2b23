import { existsSync } from "node:fs";
import type { DataInspection } from "@congruent/core/schemas";
import { InvalidArgumentError, Option } from "commander";
import { DATASET_HELP, datasetFor } from "../inputs/dataset.js";
import { wholeNumber } from "../options/numbers.js";
import { sheetText } from "../output/sheet.js";
import { type CommonOptions, defineVerb, reported } from "../verb.js";

interface DataInspectOptions extends CommonOptions {
  head: number;
  header?: "auto" | "yes" | "no";
  labelColumn?: string | number;
  delimiter?: string;
  size?: [number, number, number];
}

export const dataInspect = defineVerb<[path: string], DataInspectOptions>({
  name: "data inspect",
  description: "print shapes, dtypes, missing values, label counts and first rows",
  examples: [
    "congruent data inspect mnist",
    "congruent data inspect digits/train.csv --label-column digit --head 3",
    "congruent data inspect mnist.npz --report mnist.html",
  ],
  reports: true,
  configure: (command) =>
    command
      .argument("<data>", `${DATASET_HELP}; or one CSV, IDX, npy or npz file`)
      .option("--head <n>", "how many first rows", wholeNumber("--head", 0), 5)
      .addOption(
        new Option(
          "--header <which>",
          "of a CSV file: whether its first row names the columns (default: auto)",
        ).choices(["auto", "yes", "no"]),
      )
      .option("--label-column <column>", "of a CSV file: a name, or a position from 0", columnOption)
      .option("--delimiter <character>", "of a CSV file (default: a comma)")
      .option("--size <HxWxC>", "of a CSV file: the images' size (default: gray squares)", sizeOption),
  async run([path], options) {
    const report = reported("dataInspection", await inspection(path, options));
    return {
      report,
      // What is missing in the data is no failure of looking at them.
      exitCode: 0,
      async text() {
        const sheet = report.sheet(await import("@congruent/report"));
        return `${sheet.title}\n\n${sheetText(sheet)}`;
      },
    };
  },
});

async function inspection(path: string, options: DataInspectOptions): Promise<DataInspection> {
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
