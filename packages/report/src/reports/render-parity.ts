import type { ParityReport } from "@congruent/core";
import { type ParityPageOptions, renderParityPage } from "../pages/parity-page.js";
import { paritySheet } from "./parity.js";
import { renderSheet } from "../formats/render-sheet.js";
import type { ReportFormat } from "../formats/report-format.js";

/**
 * A parity report as JSON (the schema's own document), JUnit XML (a test case per runtime), a page or Markdown.
 * In JUnit an expected failure and an unavailable runtime are `skipped` with their reason.
 */
export function renderParity(
  report: ParityReport,
  format: ReportFormat,
  options: ParityPageOptions = {},
): string {
  return format === "html" ? renderParityPage(report, options) : renderSheet(paritySheet(report), format);
}
