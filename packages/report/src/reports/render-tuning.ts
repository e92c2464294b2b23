import type { TuningResults } from "@congruent/core";
import { renderTuningPage } from "../pages/tuning-page.js";
import { renderSheet } from "../formats/render-sheet.js";
import type { ReportFormat } from "../formats/report-format.js";
import { tuningSheet } from "./tuning.js";

/** A search as JSON (the schema's own document), JUnit XML (a test case for each trial), a page or Markdown. */
export function renderTuning(results: TuningResults, format: ReportFormat): string {
  const sheet = tuningSheet(results);
  return format === "html" ? renderTuningPage(results, sheet) : renderSheet(sheet, format);
}
