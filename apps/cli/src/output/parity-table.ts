import { runtimeId } from "@congruent/core";
import type { CellStatus, ParityReport } from "@congruent/core/schemas";
import { formatPlural, parityRows, sweepTable } from "@congruent/report";
import { colors as pc } from "./colors.js";
import { table } from "./output.js";

const statusColors: Record<CellStatus, (text: string) => string> = {
  pass: pc.green,
  fail: pc.red,
  "expected-fail": pc.red,
  "unexpected-pass": pc.magenta,
  unavailable: pc.dim,
  error: pc.red,
  inconclusive: pc.yellow,
};

/** A parity report as a terminal shows it: the matrix, notes on each runtime, the verdict. */
export function parityTable(report: ParityReport): string {
  const notes = parityRows(report)
    .filter((row) => row.notes.length > 0)
    .map((row) => [row.runtime, ...row.notes.map((n) => `  ${pc.dim(`${n.title}:`)} ${n.text}`)].join("\n"));
  const { inputs, model } = report;
  const what = `${model.name ?? model.path} on ${formatPlural(inputs.samples, "sample")} (${inputs.source})`;
  return [
    what,
    "",
    parityMatrix(report),
    "",
    ...notes,
    ...(notes.length > 0 ? [""] : []),
    ...report.sweeps.flatMap(sweepBlock),
    ...asides(report),
    verdictLine(report),
  ].join("\n");
}

function sweepBlock(sweep: ParityReport["sweeps"][number]): string[] {
  const { caption, columns, rows } = sweepTable(sweep);
  return [
    pc.bold(caption),
    table(
      columns.map(({ title }) => title),
      rows,
    ),
    "",
  ];
}

/** What is neither a cell's nor the verdict's: what agreement does not prove, the ledger's idle entries, what got worse, and who is off. */
function asides({ model, notes, unusedExpectations, regression, attribution }: ParityReport): string[] {
  const unused = unusedExpectations.map(
    (unused) => `${pc.yellow("unused")} ledger entry ${unused.entry} (${runtimeId(unused)}): ${unused.why}`,
  );
  const worse = regression?.worse.map((what) => `${pc.red("worse")} ${what}`) ?? [];
  const of = regression && regression.since !== model.sha256 ? ", which is of another file" : "";
  const since = regression && worse.length === 0 ? [`nothing is worse than in the older report${of}`] : worse;
  const told = notes.map((note) => `${pc.yellow("note")} ${note}`);
  return [...told, ...unused, ...(since ?? []), ...(attribution === null ? [] : [attribution])];
}

/** The verdict and why, in one line. */
export function verdictLine({ verdict, because }: ParityReport): string {
  return `${(verdict === "pass" ? pc.green : pc.red)(verdict)}: ${because}`;
}

/** One row per runtime: verdict, samples, largest difference of each output, flipped decisions. */
export function parityMatrix(report: ParityReport): string {
  const rows = parityRows(report);
  const names = [...new Set(rows.flatMap((row) => row.outputs.map((output) => output.name)))];
  const withReference = rows.some((row) => row.reference !== "");
  const difference = (row: (typeof rows)[number], name: string) =>
    row.outputs.find((output) => output.name === name)?.observed ?? "";
  return table(
    [
      "runtime",
      "verdict",
      "samples",
      ...names.map((name) => `max |Δ| ${name}`),
      ...(withReference ? ["off the reference"] : []),
      "flips",
    ],
    rows.map((row) => [
      row.runtime,
      row.baseline && row.status === "pass" ? "baseline" : statusColors[row.status](row.statusText),
      row.samples,
      ...names.map((name) => (row.baseline ? "" : difference(row, name))),
      ...(withReference ? [row.reference] : []),
      row.flips,
    ]),
  );
}
