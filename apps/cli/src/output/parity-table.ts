import { runtimeId } from "@congruent/core";
import type { CellStatus, ParityReport } from "@congruent/core/schemas";
import { formatPlural, outputTitle, parityRows, stepsTable, sweepTable } from "@congruent/report";
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
  const notes = notesOnce(report);
  const { inputs, model } = report;
  const what = `${model.name ?? model.path} on ${formatPlural(inputs.samples, "sample")} (${inputs.source})`;
  return [
    what,
    "",
    parityMatrix(report),
    "",
    ...notes,
    ...(notes.length > 0 ? [""] : []),
    ...(report.steps ? sheetBlock(stepsTable(report.steps)) : []),
    ...report.sweeps.flatMap((sweep) => sheetBlock(sweepTable(sweep))),
    ...asides(report),
    verdictLine(report),
  ].join("\n");
}

/** Runtimes that have the same to say, such as that they refuse the model, say it once. */
function notesOnce(report: ParityReport): string[] {
  const saying = new Map<string, string[]>();
  for (const { runtime, notes } of parityRows(report)) {
    if (notes.length === 0) continue;
    const text = notes.map((n) => `  ${pc.dim(`${n.title}:`)} ${n.text}`).join("\n");
    saying.set(text, [...(saying.get(text) ?? []), runtime]);
  }
  return [...saying].map(([text, runtimes]) => `${runtimes.join(", ")}\n${text}`);
}

function sheetBlock({ caption, columns, rows }: ReturnType<typeof sweepTable>): string[] {
  return [
    pc.bold(caption),
    table(
      columns.map(({ title }) => title),
      rows,
    ),
    "",
  ];
}

/** What is neither a cell's nor the verdict's: warnings, what agreement does not prove, the ledger's idle entries, what got worse, and who is off. */
function asides({
  model,
  notes,
  unusedExpectations,
  regression,
  attribution,
  warnings,
  because,
}: ParityReport): string[] {
  // The verdict may rest on one: it is said there.
  const warned = warnings.filter((text) => text !== because).map((text) => `${pc.yellow("warning")} ${text}`);
  const unused = unusedExpectations.map(
    (unused) => `${pc.yellow("unused")} ledger entry ${unused.entry} (${runtimeId(unused)}): ${unused.why}`,
  );
  const worse = regression?.worse.map((what) => `${pc.red("worse")} ${what}`) ?? [];
  const of = regression && regression.since !== model.sha256 ? ", which is of another file" : "";
  const since = regression && worse.length === 0 ? [`nothing is worse than in the older report${of}`] : worse;
  const told = notes.map((note) => `${pc.yellow("note")} ${note}`);
  return [...warned, ...told, ...unused, ...(since ?? []), ...(attribution === null ? [] : [attribution])];
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
      ...names.map((name) => `max |Δ| ${outputTitle(name)}`),
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
