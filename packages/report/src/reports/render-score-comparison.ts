import type { ScoreComparison } from "@congruent/core";
import { renderScoreComparisonPage } from "../pages/score-comparison-page.js";
import { renderSheet } from "../formats/render-sheet.js";
import type { ReportFormat } from "../formats/report-format.js";
import { type ScoreComparisonSheetOptions, scoreComparisonSheet } from "./score-comparison.js";

/** A comparison of models as JSON (the schema's own document), JUnit XML (a test case for each model), a page or Markdown. */
export function renderScoreComparison(
  comparison: ScoreComparison,
  format: ReportFormat,
  options: ScoreComparisonSheetOptions = {},
): string {
  const sheet = scoreComparisonSheet(comparison, options);
  return format === "html" ? renderScoreComparisonPage(comparison, sheet) : renderSheet(sheet, format);
}
