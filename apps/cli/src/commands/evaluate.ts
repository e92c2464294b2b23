import { CongruentError, type Evaluation, NODE_ORT_RUNTIMES, splitNameSchema } from "@congruent/core";
import { type Command, Option } from "commander";
import { CONFUSION_CELLS, type ConfusionCells } from "../confusion-cells.js";
import { fraction, wholeNumber } from "../numbers.js";
import { print, printJson } from "../output.js";
import { reportFiles } from "../report-files.js";
import { rerunFor } from "../runtime-environment.js";
import { isStored, type ScoredOptions, scored } from "../scored.js";
import { printSheet } from "../sheet.js";
import { type CommonOptions, verb } from "../verb.js";

interface EvaluateCliOptions extends CommonOptions, ScoredOptions {
  confusion: ConfusionCells;
  atLeast?: number;
  report?: string;
}

export const evaluate = () =>
  verb("evaluate", "score a model, or compare several on the same images", [
    "congruent evaluate models/lenet/model.onnx",
    "congruent evaluate models/lenet/model.onnx --runtime node-webgpu --limit 1000 --report scores.md",
    "congruent evaluate models/lenet/model.onnx models/resnet/results.json --report comparison.html",
  ])
    .argument(
      "<models...>",
      "ONNX files with a card; also evaluation.json and results.json of models that were scored before",
    )
    .option("--dataset <name>", "a name, or the path of a data set on this machine (default: the card's)")
    .addOption(
      new Option("--split <name>", "which part, as the model's recipe divides the data set")
        .choices(splitNameSchema.options)
        .default("test"),
    )
    .addOption(
      new Option("--runtime <name>", "where to run it").choices(NODE_ORT_RUNTIMES).default("node-cpu"),
    )
    .option("--limit <n>", "only the first n images", wholeNumber("--limit"))
    .addOption(
      new Option("--confusion <cells>", "counts, or shares of the true class, the predicted one or all")
        .choices([...CONFUSION_CELLS])
        .default("counts"),
    )
    .option("--at-least <accuracy>", "exit with 1 when the accuracy is lower", fraction("--at-least"))
    .option("--report <file>", "write .json, .xml (JUnit), .html or .md")
    .action(async (paths: string[], options: EvaluateCliOptions, command: Command) => {
      const report = await import("@congruent/report");
      const write = await reportFiles(options.report);
      refuseStored(paths, command);
      if (await rerunFor(options.runtime)) return;
      const evaluations = await scored(paths, options);
      const low = evaluations.filter(({ accuracy }) => !(accuracy >= (options.atLeast ?? 0)));
      process.exitCode = low.length === 0 ? 0 : 1;
      const gate = options.atLeast === undefined ? {} : { minAccuracy: options.atLeast };
      const [only, ...others] = evaluations as [Evaluation, ...Evaluation[]];
      if (others.length > 0) {
        const { compareEvaluations } = await import("@congruent/evaluator");
        const comparison = compareEvaluations(evaluations);
        await write(({ renderScoreComparison }, format) => renderScoreComparison(comparison, format, gate));
        if (options.json) return printJson(comparison);
        printSheet(report.scoreComparisonSheet(comparison, gate));
      } else {
        await write(({ renderEvaluation }, format) => renderEvaluation(only, format, gate));
        if (options.json) return printJson(only);
        const { scoreTable } = await import("../score-table.js");
        print(scoreTable(only, options.confusion));
      }
      for (const { model, accuracy } of low) {
        print(`the accuracy ${accuracy} of ${model.path} is below ${options.atLeast}`);
      }
    });

/** What has been scored cannot be scored otherwise. */
function refuseStored(paths: readonly string[], command: Command): void {
  const stored = paths.find(isStored);
  const asked = ["dataset", "split", "runtime", "limit"].find(
    (option) => command.getOptionValueSource(option) === "cli",
  );
  if (stored === undefined || asked === undefined) return;
  throw new CongruentError({
    code: "E_USAGE",
    what: `--${asked} was given, and ${stored} has been scored already`,
    fix: "give the ONNX file in its place, or leave the option out",
  });
}
