import type { TrainBench } from "@congruent/core";
import { renderTrainBenchPage } from "../pages/train-bench-page.js";
import { renderSheet } from "../formats/render-sheet.js";
import type { ReportFormat } from "../formats/report-format.js";
import { trainBenchSheet } from "./train-bench.js";

/** A comparison of trainers as JSON (the schema's own document), JUnit XML, a page or Markdown. */
export function renderTrainBench(bench: TrainBench, format: ReportFormat): string {
  const sheet = trainBenchSheet(bench);
  return format === "html" ? renderTrainBenchPage(bench, sheet) : renderSheet(sheet, format);
}
