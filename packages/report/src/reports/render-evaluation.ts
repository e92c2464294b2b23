import type { Evaluation } from "@congruent/core";
import { type EvaluationOptions, evaluationSheet } from "./evaluation.js";
import { renderEvaluationPage } from "../pages/evaluation-page.js";
import { renderSheet } from "../formats/render-sheet.js";
import type { ReportFormat } from "../formats/report-format.js";

/**
 * An evaluation as JSON (the schema's own document), JUnit XML (one test case, the accuracy), a page or Markdown.
 * With `minAccuracy` the test case fails below it.
 */
export function renderEvaluation(
  evaluation: Evaluation,
  format: ReportFormat,
  options: EvaluationOptions = {},
): string {
  const sheet = evaluationSheet(evaluation, options);
  return format === "html" ? renderEvaluationPage(evaluation, sheet) : renderSheet(sheet, format);
}
