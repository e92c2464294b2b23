import { refuseUnwritable } from "@congruent/core/files";
import type { ReportFormat } from "@congruent/report";
import { writeReport } from "./output.js";

type Report = typeof import("@congruent/report");

/**
 * What `--report` names, checked before anything runs: hours of work must not end at a file that cannot be written.
 *
 * @returns writes each file, in the format that its ending names
 * @throws CongruentError `E_REPORT_FORMAT`, `E_WRITE`
 */
export async function reportFiles(
  files: readonly string[] = [],
): Promise<(render: (report: Report, format: ReportFormat) => string) => Promise<void>> {
  if (files.length === 0) return async () => undefined;
  const report = await import("@congruent/report");
  const formats = files.map((file) => [file, report.reportFormat(file)] as const);
  for (const file of files) await refuseUnwritable(file);
  return async (render) => {
    for (const [file, format] of formats) await writeReport(file, render(report, format));
  };
}
