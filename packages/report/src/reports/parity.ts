import { runtimeId } from "@congruent/core";
import {
  type CellStatus,
  cellName,
  type ParityReport,
  parityReportSchema,
  type Verdict,
} from "@congruent/core/schemas";
import type { Check } from "../formats/junit.js";
import { formatPlural } from "../formats/numbers.js";
import type { Sheet } from "../formats/sheet.js";
import { type ParityPageOptions, renderParityPage } from "../pages/parity-page.js";
import { type ParityRow, parityRows, parityTable } from "../tables/parity-rows.js";
import { stepsTable } from "../tables/steps-table.js";
import { sweepCheck, sweepTable } from "../tables/sweep-table.js";
import { defineReport } from "./report-definition.js";

/** An expected failure is no failure of the check, but it is no pass either. */
const OUTCOMES: Readonly<Record<CellStatus, Check["outcome"]>> = {
  pass: "pass",
  fail: "fail",
  "unexpected-pass": "fail",
  "expected-fail": "skip",
  unavailable: "skip",
  error: "error",
  inconclusive: "skip",
};

const TONES: Readonly<Record<Verdict, Sheet["tone"]>> = {
  pass: "good",
  fail: "bad",
  inconclusive: "neutral",
};

const FALLBACK: Readonly<Partial<Record<CellStatus, string>>> = {
  "unexpected-pass": "the ledger expects this runtime to fail, but it agrees: remove the entry",
};

/** A cell's status with its reasons, in one line. */
function message(row: ParityRow): string {
  const said = row.notes.map((note) => `${note.title.toLowerCase()}: ${note.text}`);
  const beyond = row.outputs
    .filter((output) => !output.within)
    .map((output) => `${output.name}: max |Δ| ${output.observed}, bound ${output.bound} (${output.why})`);
  const own = FALLBACK[row.status];
  return [`${row.statusText}`, ...(own ? [own] : []), ...said, ...beyond].join("; ");
}

function check(row: ParityRow, report: ParityReport): Check {
  const cell = report.cells.find((each) => cellName(each) === row.runtime);
  const lines = [
    ...row.outputs.map(
      (output) => `${output.name}: max |Δ| ${output.observed}, bound ${output.bound} (${output.why})`,
    ),
    ...row.referenceOutputs.map(
      (output) =>
        `${output.name} off the reference: max |Δ| ${output.observed}, bound ${output.bound} (${output.why})`,
    ),
    ...(row.settings ? [`ran with ${row.settings}`] : []),
    ...(row.flips ? [`flipped decisions: ${row.flips}`] : []),
    ...row.notes.map((note) => `${note.title}: ${note.text}`),
    ...(row.adapter ? [`adapter: ${row.adapter}`] : []),
    ...(row.versions ? [`versions: ${row.versions}`] : []),
  ];
  return {
    name: row.runtime,
    group: `parity.${report.model.name ?? report.model.path}`,
    outcome: OUTCOMES[row.status],
    message: message(row),
    detail: lines.join("\n"),
    ...(cell?.seconds == null ? {} : { seconds: cell.seconds }),
  };
}

function gateText({ gate: { on, maxFlips } }: ParityReport): string {
  return on === "numbers" ? "numbers" : `${on}, at most ${formatPlural(maxFlips, "flip")}`;
}

/** A parity report as a sheet. */
export function paritySheet(report: ParityReport): Sheet {
  const rows = parityRows(report);
  const told = rows.filter((row) => row.status !== "pass");
  return {
    title: `Parity of ${report.model.name ?? report.model.path}: ${report.verdict}`,
    lead: report.because,
    tone: TONES[report.verdict],
    facts: [
      { name: "model", value: report.model.path },
      { name: "sha256", value: report.model.sha256 },
      { name: "inputs", value: `${report.inputs.source}, ${formatPlural(report.inputs.samples, "sample")}` },
      { name: "baseline", value: report.baseline },
      { name: "gate", value: gateText(report) },
      { name: "verdict", value: report.verdict },
    ],
    tables: [
      { caption: "Largest difference from the baseline", ...parityTable(report) },
      ...(report.steps ? [stepsTable(report.steps)] : []),
      ...report.sweeps.map(sweepTable),
    ],
    notes: [
      ...report.warnings,
      ...(report.attribution ? [report.attribution] : []),
      ...report.notes,
      ...(report.regression?.worse.map((what) => `worse than before: ${what}`) ?? []),
      ...told.map((row) => `${row.runtime}: ${message(row)}`),
      ...report.unusedExpectations.map(
        (entry) =>
          `the ledger's entry for ${runtimeId(entry)} was not used, as ${entry.why}: ${entry.reason}`,
      ),
    ],
    checks: [
      ...rows.map((row) => check(row, report)),
      ...report.sweeps.map((sweep) => sweepCheck(sweep, report)),
    ],
    data: report,
  };
}

export const parityReport = defineReport<ParityReport, ParityPageOptions>({
  id: "congruent/parity@1",
  schema: parityReportSchema,
  sheet: paritySheet,
  page: renderParityPage,
});
