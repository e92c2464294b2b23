import type { CellStatus, ParityReport } from "@congruent/core";
import { parityRows } from "@congruent/report";
import { colours as pc } from "./colours.js";
import { table } from "./output.js";

const statusColours: Record<CellStatus, (text: string) => string> = {
  pass: pc.green,
  fail: pc.red,
  "expected-fail": pc.red,
  "unexpected-pass": pc.magenta,
  unavailable: pc.dim,
  error: pc.red,
};

/** A parity report as a terminal shows it: the matrix, what is to be said of each runtime, the verdict. */
export function parityTable(report: ParityReport): string {
  const notes = parityRows(report)
    .filter((row) => row.notes.length > 0)
    .map((row) => [row.runtime, ...row.notes.map((n) => `  ${pc.dim(`${n.title}:`)} ${n.text}`)].join("\n"));
  const { inputs, model } = report;
  const what = `${model.name ?? model.path} on ${inputs.samples} samples (${inputs.source})`;
  return [
    what,
    "",
    parityMatrix(report),
    "",
    ...notes,
    ...(notes.length > 0 ? [""] : []),
    verdictLine(report),
  ].join("\n");
}

/** The verdict and why, in one line. */
export function verdictLine({ verdict, because }: ParityReport): string {
  return `${(verdict === "pass" ? pc.green : pc.red)(verdict)}: ${because}`;
}

/** One row per runtime: verdict, samples, largest difference of each output, flipped decisions. */
export function parityMatrix(report: ParityReport): string {
  const rows = parityRows(report);
  const names = [...new Set(rows.flatMap((row) => row.outputs.map((output) => output.name)))];
  const difference = (row: (typeof rows)[number], name: string) =>
    row.outputs.find((output) => output.name === name)?.observed ?? "";
  return table(
    ["runtime", "verdict", "samples", ...names.map((name) => `max |Δ| ${name}`), "flips"],
    rows.map((row) => [
      row.runtime,
      row.baseline ? "baseline" : statusColours[row.status](row.statusText),
      row.samples,
      ...names.map((name) => (row.baseline ? "" : difference(row, name))),
      row.flips,
    ]),
  );
}
