import { NODE_ORT_RUNTIMES, type NodeOrtRuntime } from "@congruent/core";
import { Option } from "commander";
import { datasetFor } from "../inputs/dataset.js";
import { table } from "../output/output.js";
import { type ProgressLine, progressLine } from "../output/progress.js";
import { rerunFor } from "../processes/runtime-environment.js";
import { type CommonOptions, defineVerb, reported } from "../verb.js";

interface AgreementOptions extends CommonOptions {
  model?: string;
  runtime: NodeOrtRuntime;
}

/** Lines on a terminal; the report has all. */
const MOST_LINES = 20;

export const agreement = defineVerb<[run: string], AgreementOptions>({
  name: "agreement",
  description: "compare a classical model's ONNX file with what scikit-learn itself predicts",
  examples: [
    "congruent agreement models/knn/runs/pipeline",
    "congruent agreement models/svm-rbf/runs/pipeline --report agreement.html",
  ],
  reports: true,
  configure: (command) =>
    command
      .argument("<run>", "a run directory of a classical model, exported")
      .option("--model <file>", "the ONNX file (default: RUN/model.onnx)")
      .addOption(
        new Option("--runtime <name>", "where to run it").choices(NODE_ORT_RUNTIMES).default("node-cpu"),
      ),
  async run([run], { model, runtime }) {
    if (await rerunFor(runtime)) return null;
    const baselines = await import("@congruent/baselines");
    const { recipe } = await baselines.readFittedRun(run);
    let line: ProgressLine | undefined;
    const found = await baselines.agreement({
      run,
      dataset: await datasetFor(recipe.dataset),
      runtime,
      ...(model !== undefined && { model }),
      progress(done, total) {
        line ??= progressLine(runtime, total, "images");
        line.update(done, "");
      },
    });
    line?.end(`${runtime}: ${found.dataset.samples} images in ${found.seconds.toFixed(2)} s`);
    return {
      report: reported("agreement", found),
      async text() {
        const { agreementSheet } = await import("@congruent/report");
        const shown = agreementSheet(found).tables.flatMap(({ columns, rows }) => {
          const first = rows.slice(0, MOST_LINES);
          const head = columns.map(({ title }) => title);
          const more = rows.length - first.length;
          return [
            ...(first.length > 0 ? [`${table(head, first)}\n`] : []),
            ...(more > 0 ? [`… and ${more} more: --report FILE\n`] : []),
          ];
        });
        return [...shown, `${found.verdict}: ${found.because}`].join("\n");
      },
    };
  },
});
