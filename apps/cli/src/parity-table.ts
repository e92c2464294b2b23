import type { CellStatus, ParityReport } from "@congruent/core";
import { parityRows } from "@congruent/report";
import pc from "picocolors";
import { table } from "./output.js";

const colours: Record<CellStatus, (text: string) => string> = {
  pass: pc.green,
  fail: pc.red,
  "expected-fail": pc.red,
  "unexpected-pass": pc.magenta,
  unavailable: pc.dim,
  error: pc.red,
};

/** A parity report as a terminal shows it: the matrix, what is to be said of each runtime, the verdict. */
export function parityTable(report: ParityReport): string {
  const rows = parityRows(report);
  const names = [...new Set(rows.flatMap((row) => row.outputs.map((output) => output.name)))];
  const difference = (row: (typeof rows)[number], name: string) =>
    row.outputs.find((output) => output.name === name)?.observed ?? "";
  const matrix = table(
    ["runtime", "verdict", "samples", ...names.map((name) => `max |Δ| ${name}`), "flips"],
    rows.map((row) => [
      row.runtime,
      row.baseline ? "baseline" : colours[row.status](row.statusText),
      row.samples,
      ...names.map((name) => (row.baseline ? "" : difference(row, name))),
      row.flips,
    ]),
  );
  const notes = rows
    .filter((row) => row.notes.length > 0)
    .map((row) =>
      [`${row.runtime}`, ...row.notes.map((n) => `  ${pc.dim(`${n.title}:`)} ${n.text}`)].join("\n"),
    );
  const colour = report.verdict === "pass" ? pc.green : pc.red;
  return [
    matrix,
    "",
    ...notes,
    ...(notes.length > 0 ? [""] : []),
    `${colour(report.verdict)}: ${report.because}`,
  ].join("\n");
}
