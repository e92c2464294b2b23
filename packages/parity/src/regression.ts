/** Compares with an older report: only what got worse counts. */
import { CongruentError } from "@congruent/core";
import { type CellStatus, cellName, type ParityCell, type ParityReport } from "@congruent/core/schemas";

/** A worse status has a higher rank. An unexpected pass is not worse than the failure that the ledger expected. */
const RANKS: Readonly<Record<CellStatus, number>> = {
  pass: 0,
  "expected-fail": 1,
  "unexpected-pass": 1,
  unavailable: 2,
  inconclusive: 2,
  fail: 3,
  error: 4,
};

/** Two runs of a wrong, nondeterministic runtime differ a little. A difference larger by more than this factor is another fault. */
const FACTOR = 1.5;

/**
 * The report with what got worse since an older one: a cell with a worse status, a larger difference, more flips or more fallbacks, or a
 * failing cell that was not there before. A cell that is not in the new report does not count.
 *
 * @throws CongruentError `E_BASELINE` for the report of a model that has none of this one's outputs
 * @example
 * ```ts
 * const report = (status) => ({ model: { sha256: "ab" }, cells: [{ ...blankCell({ runtime: "web-wasm", browser: "chromium" }), status }] });
 * withRegression(report("fail"), report("pass")).regression.worse; // => ["web-wasm: fail, was pass"]
 * withRegression(report("fail"), report("fail")).regression.worse; // => []
 * ```
 */
export function withRegression(report: ParityReport, old: ParityReport): ParityReport {
  refuseOtherModel(report, old);
  const before = new Map(old.cells.map((cell) => [cellName(cell), cell]));
  const worse = report.cells.flatMap((cell) => {
    const name = cellName(cell);
    return worseThan(cell, before.get(name)).map((what) => `${name}: ${what}`);
  });
  return { ...report, regression: { since: old.model.sha256, worse } };
}

/** The file may have changed since the older report. If no output is the same, it is another model. */
function refuseOtherModel(report: ParityReport, old: ParityReport): void {
  const [ours, theirs] = [outputNames(report), outputNames(old)];
  if (ours.length === 0 || theirs.length === 0 || ours.some((name) => theirs.includes(name))) return;
  throw new CongruentError({
    code: "E_BASELINE",
    what: `the older report is of another model: its outputs are ${theirs.join(", ")}, this one's ${ours.join(", ")}`,
    expected: "a report of the same model, or of an earlier version of it",
    fix: "give the report that congruent parity --report FILE.json wrote of this model",
  });
}

function outputNames({ cells }: ParityReport): string[] {
  return [...new Set(cells.flatMap(({ outputs }) => outputs.map(({ name }) => name)))];
}

function worseThan(cell: ParityCell, old: ParityCell | undefined): string[] {
  if (!old)
    return RANKS[cell.status] > RANKS.unavailable ? [`${cell.status}, and it was not there before`] : [];
  if (RANKS[cell.status] > RANKS[old.status]) return [`${cell.status}, was ${old.status}`];
  const fallbacks = (each: ParityCell) => each.placement?.fallbacks.length ?? 0;
  const fallen =
    old.placement && fallbacks(cell) > fallbacks(old)
      ? [`${fallbacks(cell)} nodes fell back to another execution provider, were ${fallbacks(old)}`]
      : [];
  // Below its bounds a difference is rounding, and no better or worse than another one.
  if (RANKS[cell.status] === RANKS.pass) return fallen;
  const flips = cell.decisions?.flips ?? 0;
  const flipped = old.decisions?.flips ?? 0;
  const outputs = cell.outputs.flatMap(({ name, maxAbs, within }) => {
    const then = old.outputs.find((output) => output.name === name)?.maxAbs;
    if (within || then === undefined || name === "label") return [];
    const [is, was] = [maxAbs ?? Number.POSITIVE_INFINITY, then ?? Number.POSITIVE_INFINITY];
    return is > FACTOR * was ? [`${name} is off by ${said(maxAbs)}, was ${said(then)}`] : [];
  });
  return [...outputs, ...(flips > flipped ? [`${flips} decisions flip, were ${flipped}`] : []), ...fallen];
}

function said(maxAbs: number | null): string {
  return maxAbs === null ? "NaN or infinity" : maxAbs.toPrecision(3);
}
