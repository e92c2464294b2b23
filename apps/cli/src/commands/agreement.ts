import { NODE_ORT_RUNTIMES, type NodeOrtRuntime } from "@congruent/core";
import { Option } from "commander";
import { datasetFor } from "../dataset.js";
import { print, printJson, table } from "../output.js";
import { type ProgressLine, progressLine } from "../progress.js";
import { reportFiles } from "../report-files.js";
import { rerunFor } from "../runtime-environment.js";
import { type CommonOptions, verb } from "../verb.js";

interface AgreementCliOptions extends CommonOptions {
  model?: string;
  runtime: NodeOrtRuntime;
  report?: string;
}

/** Lines on a terminal; the report has all. */
const MOST_LINES = 20;

export const agreement = () =>
  verb("agreement", "hold a classical model's ONNX file against what scikit-learn itself predicts", [
    "congruent agreement models/knn/runs/pipeline",
    "congruent agreement models/svm-rbf/runs/pipeline --report agreement.html",
  ])
    .argument("<run>", "a run directory of a classical model, exported")
    .option("--model <file>", "the ONNX file (default: RUN/model.onnx)")
    .addOption(
      new Option("--runtime <name>", "where to run it").choices(NODE_ORT_RUNTIMES).default("node-cpu"),
    )
    .option("--report <file>", "write .json, .xml (JUnit), .html or .md")
    .action(async (run: string, options: AgreementCliOptions) => {
      const report = await import("@congruent/report");
      const write = await reportFiles(options.report);
      if (await rerunFor(options.runtime)) return;
      const baselines = await import("@congruent/baselines");
      const { recipe } = await baselines.readFittedRun(run);
      let line: ProgressLine | undefined;
      const found = await baselines.agreement({
        run,
        dataset: await datasetFor(recipe.dataset),
        runtime: options.runtime,
        ...(options.model !== undefined && { model: options.model }),
        progress(done, total) {
          line ??= progressLine(options.runtime, total, "images");
          line.update(done, "");
        },
      });
      line?.end(`${options.runtime}: ${found.dataset.samples} images in ${found.seconds.toFixed(2)} s`);
      const sheet = report.agreementSheet(found);
      await write(({ renderSheet }, format) => renderSheet(sheet, format));
      process.exitCode = found.verdict === "pass" ? 0 : 1;
      if (options.json) return printJson(found);
      for (const { columns, rows } of sheet.tables) {
        const shown = rows.slice(0, MOST_LINES);
        if (shown.length > 0)
          print(
            `${table(
              columns.map(({ title }) => title),
              shown,
            )}\n`,
          );
        if (rows.length > shown.length) print(`… and ${rows.length - shown.length} more: --report FILE\n`);
      }
      print(`${found.verdict}: ${found.because}`);
    });
