import { print, printJson } from "../output.js";
import { type CommonOptions, verb } from "../verb.js";

export const report = () =>
  verb("report", "write a run's report: one self-contained HTML page", [
    "congruent report models/lenet/runs/pipeline",
  ])
    .argument("<run>", "a run directory with model.onnx, evaluation.json and parity.json")
    .option("--out <file>", "default: RUN/report.html")
    .action(async (run: string, options: CommonOptions & { out?: string }) => {
      const { runReport } = await import("../run-report.js");
      const path = await runReport(run, options.out);
      if (options.json) return printJson({ report: path });
      print(`report  ${path}`);
    });
