import { type Card, type Evaluation, type SplitName, splitNameSchema } from "@congruent/core";
import { Option } from "commander";
import { datasetFor } from "../dataset.js";
import { fraction, wholeNumber } from "../numbers.js";
import { print, printJson, table, writeReport } from "../output.js";
import { type ProgressLine, progressLine } from "../progress.js";
import { rerunFor } from "../runtime-environment.js";
import { NODE_RUNTIMES } from "../runtimes.js";
import { type CommonOptions, verb } from "../verb.js";

interface EvaluateCliOptions extends CommonOptions {
  dataset?: string;
  split: SplitName;
  runtime: (typeof NODE_RUNTIMES)[number];
  limit?: number;
  atLeast?: number;
  report?: string;
}

export const evaluate = () =>
  verb("evaluate", "score a model: accuracy, precision, recall, F1 and confusion matrix", [
    "congruent evaluate models/lenet/model.onnx",
    "congruent evaluate models/lenet/model.onnx --runtime node-webgpu --limit 1000 --report scores.md",
  ])
    .argument("<model>", "an ONNX file with a card")
    .option("--dataset <name>", "a name, or the path of a data set on this machine (default: the card's)")
    .addOption(
      new Option("--split <name>", "which part, as the model's recipe divides the data set")
        .choices(splitNameSchema.options)
        .default("test"),
    )
    .addOption(
      new Option("--runtime <name>", "where to run it").choices([...NODE_RUNTIMES]).default("node-cpu"),
    )
    .option("--limit <n>", "only the first n images", wholeNumber("--limit"))
    .option("--at-least <accuracy>", "exit with 1 when the accuracy is lower", fraction("--at-least"))
    .option("--report <file>", "write .json, .xml (JUnit), .html or .md")
    .action(async (path: string, options: EvaluateCliOptions) => {
      const report = await import("@congruent/report");
      const format = options.report === undefined ? null : report.reportFormat(options.report);
      if (await rerunFor(options.runtime)) return;
      const { evaluate, formatClassificationReport } = await import("@congruent/evaluator");
      const { cardOf } = await import("../card.js");
      const dataset = await datasetFor(options.dataset ?? trainedOn(await cardOf(path)));
      let line: ProgressLine | undefined;
      const evaluation = await evaluate({
        model: path,
        dataset,
        split: options.split,
        runtime: options.runtime,
        ...(options.limit !== undefined && { limit: options.limit }),
        progress(done, total) {
          line ??= progressLine(options.runtime, total, "images");
          line.update(done, "");
        },
      });
      line?.end(
        `${options.runtime}: ${evaluation.dataset.samples} images in ${evaluation.seconds.toFixed(2)} s`,
      );
      if (format && options.report)
        await writeReport(
          options.report,
          report.renderEvaluation(
            evaluation,
            format,
            options.atLeast === undefined ? {} : { minAccuracy: options.atLeast },
          ),
        );
      const reached = evaluation.accuracy >= (options.atLeast ?? 0);
      process.exitCode = reached ? 0 : 1;
      if (options.json) return printJson(evaluation);
      print(formatClassificationReport(evaluation.report, { digits: 4 }));
      print(confusion(evaluation));
      if (!reached) print(`the accuracy ${evaluation.accuracy} is below ${options.atLeast}`);
    });

/** Where the data set of a model is: a path, where the recipe has one. */
function trainedOn({ recipe, dataset }: Card): string {
  return recipe?.dataset ?? dataset.name;
}

/** More classes than a terminal has room for: the report's page shows them. */
const MOST_CLASSES = 20;

function confusion({ labels, confusion: counts }: Evaluation): string {
  if (labels.length > MOST_CLASSES) return "confusion matrix: see --report FILE.html";
  const rows = labels.map((label, truth) => [
    label,
    ...(counts[truth] ?? []).map((n) => (n === 0 ? "·" : String(n))),
  ]);
  return `confusion matrix (rows: true, columns: predicted)\n${table(["", ...labels], rows)}`;
}
