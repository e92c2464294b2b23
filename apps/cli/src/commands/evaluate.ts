import { CongruentError, NODE_ORT_RUNTIMES } from "@congruent/core";
import { type Evaluation, splitNameSchema } from "@congruent/core/schemas";
import { type Command, Option } from "commander";
import { CONFUSION_CELLS, type ConfusionCells } from "../options/confusion-cells.js";
import { fraction, wholeNumber } from "../options/numbers.js";
import { sheetText } from "../output/sheet.js";
import { rerunFor } from "../processes/runtime-environment.js";
import { isStored, type ScoredOptions, scored } from "../steps/scored.js";
import { type CommonOptions, defineVerb, type Reported, reported } from "../verb.js";

interface EvaluateOptions extends CommonOptions, ScoredOptions {
  confusion: ConfusionCells;
  atLeast?: number;
}

export const evaluate = defineVerb<[paths: string[]], EvaluateOptions>({
  name: "evaluate",
  description: "score a model, or compare several on the same images",
  examples: [
    "congruent evaluate models/lenet/model.onnx",
    "congruent evaluate models/lenet/model.onnx --runtime node-webgpu --limit 1000 --report scores.md",
    "congruent evaluate models/lenet/model.onnx models/resnet/results.json --report comparison.html",
  ],
  reports: true,
  configure: (command) =>
    command
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
      .option("--at-least <accuracy>", "exit with 1 when the accuracy is lower", fraction("--at-least")),
  async run([paths], options, command) {
    refuseStored(paths, command);
    if (await rerunFor(options.runtime)) return null;
    const evaluations = await scored(paths, options);
    const low = evaluations.filter(({ accuracy }) => !(accuracy >= (options.atLeast ?? 0)));
    const gate = options.atLeast === undefined ? {} : { minAccuracy: options.atLeast };
    const { report, text } = await outcomeOf(evaluations, gate, options);
    return {
      report,
      exitCode: low.length === 0 ? 0 : 1,
      async text() {
        const below = low.map(
          ({ model, accuracy }) => `the accuracy ${accuracy} of ${model.path} is below ${options.atLeast}`,
        );
        return [await text(), ...below].join("\n");
      },
    };
  },
});

/** One model's scores, or several models compared. */
async function outcomeOf(
  evaluations: readonly Evaluation[],
  gate: { minAccuracy?: number },
  { confusion }: EvaluateOptions,
): Promise<{ report: Reported; text: () => Promise<string> }> {
  const [only, ...others] = evaluations as [Evaluation, ...Evaluation[]];
  if (others.length === 0) {
    return {
      report: reported("evaluation", only, gate),
      text: async () => (await import("../output/score-table.js")).scoreTable(only, confusion),
    };
  }
  const { compareEvaluations } = await import("@congruent/evaluator");
  const report = reported("scoreComparison", compareEvaluations(evaluations), gate);
  return { report, text: async () => sheetText(report.sheet(await import("@congruent/report"))) };
}

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
