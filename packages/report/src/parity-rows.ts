import type { CellStatus, OutputDifference, ParityCell, ParityReport } from "@congruent/core";
import { formatCount, formatDifference, formatSeconds, formatVersions } from "./format.js";

/** How a status is written, and whether it is good news; colours are never the only sign of it. */
export const STATUS_TEXT: Readonly<Record<CellStatus, string>> = {
  pass: "pass",
  fail: "fail",
  "expected-fail": "expected fail",
  "unexpected-pass": "unexpected pass",
  unavailable: "unavailable",
  error: "error",
};

export interface ParityOutput {
  name: string;
  /** Largest absolute difference from the baseline, `6.0e-8`. */
  observed: string;
  /** What it may be. */
  bound: string;
  /** `6.0e-8 / 1.0e-5`. */
  text: string;
  /** Largest difference in units in the last place, empty where there is none. */
  ulp: string;
  why: string;
  within: boolean;
}

/** A sentence about a cell, with what it is. */
export interface ParityNote {
  kind: "reason" | "expected" | "link" | "fix" | "divergence";
  title: string;
  text: string;
}

/** One runtime of a parity report, every value as it is shown. */
export interface ParityRow {
  runtime: string;
  /** The others are compared with this one. */
  baseline: boolean;
  status: CellStatus;
  statusText: string;
  samples: string;
  seconds: string;
  versions: string;
  adapter: string;
  outputs: ParityOutput[];
  /** `3 of 10,000`, or empty where no decisions were compared. */
  flips: string;
  notes: ParityNote[];
}

function output(difference: OutputDifference): ParityOutput {
  const observed = formatDifference(difference.maxAbs);
  const bound = formatDifference(difference.bound);
  return {
    name: difference.name,
    observed,
    bound,
    text: `${observed} / ${bound}`,
    ulp: difference.maxUlp === null ? "" : formatCount(difference.maxUlp),
    why: difference.why,
    within: difference.within,
  };
}

function notes(cell: ParityCell): ParityNote[] {
  const list: ParityNote[] = [];
  if (cell.reason) list.push({ kind: "reason", title: "What happened", text: cell.reason });
  if (cell.expectation) {
    list.push({ kind: "expected", title: "Expected because", text: cell.expectation.reason });
    if (cell.expectation.link) list.push({ kind: "link", title: "See", text: cell.expectation.link });
  }
  const first = cell.firstDivergence;
  if (first) {
    const size = formatDifference(first.maxAbs);
    const how = first.mode === "isolated" ? "fed with the baseline's inputs" : "with what came before it";
    const text = `node ${first.index}, ${first.node} (${first.opType}), output ${first.output}, ${how}: max |Δ| ${size}`;
    list.push({ kind: "divergence", title: "Diverges first at", text });
  }
  if (cell.fix) list.push({ kind: "fix", title: "To get it", text: cell.fix });
  return list;
}

/**
 * The rows of a parity matrix as text: the one place where its numbers are formatted, for terminal, Markdown, HTML
 * and the web app.
 *
 * @example
 * ```ts
 * const cell = {
 *   runtime: "web-wasm", status: "pass", reason: null, fix: null, versions: {}, adapter: null, samples: 10000,
 *   seconds: 4.21, outputs: [{ name: "probabilities", maxAbs: 5.96e-8, maxUlp: 3, bound: 1e-5, why: "", within: true }],
 *   decisions: { samples: 10000, flips: 0, list: [] }, expectation: null, firstDivergence: null,
 * };
 * parityRows({ baseline: "tfjs", cells: [cell] }).map((row) => [row.runtime, row.outputs[0].text, row.flips]);
 * // => [["web-wasm", "6.0e-8 / 1.0e-5", "0 of 10,000"]]
 * ```
 */
export function parityRows(report: Pick<ParityReport, "baseline" | "cells">): ParityRow[] {
  return report.cells.map((cell) => ({
    runtime: cell.runtime,
    baseline: cell.runtime === report.baseline,
    status: cell.status,
    statusText: STATUS_TEXT[cell.status],
    samples: cell.samples === 0 ? "" : formatCount(cell.samples),
    seconds: cell.seconds === null ? "" : formatSeconds(cell.seconds),
    versions: formatVersions(cell.versions),
    adapter: cell.adapter ?? "",
    outputs: cell.outputs.map(output),
    flips: cell.decisions
      ? `${formatCount(cell.decisions.flips)} of ${formatCount(cell.decisions.samples)}`
      : "",
    notes: notes(cell),
  }));
}

export interface ParityTable {
  columns: { title: string; numeric: boolean }[];
  rows: string[][];
}

/** Names of all outputs that any runtime was compared on, in the order of their first appearance. */
export function parityOutputNames(rows: readonly ParityRow[]): string[] {
  return [...new Set(rows.flatMap((row) => row.outputs.map((each) => each.name)))];
}

/**
 * The matrix as plain cells, a row per runtime, for a terminal or a Markdown table. Each output has its own column
 * (`max |Δ| / bound`); what does not apply is a dash.
 *
 * @example
 * ```ts
 * const cell = {
 *   runtime: "web-wasm", status: "pass", reason: null, fix: null, versions: {}, adapter: null, samples: 10000,
 *   seconds: 4.21, outputs: [{ name: "probabilities", maxAbs: 5.96e-8, maxUlp: 3, bound: 1e-5, why: "", within: true }],
 *   decisions: null, expectation: null, firstDivergence: null,
 * } as const;
 * parityTable({ baseline: "tfjs", cells: [cell] }).rows;
 * // => [["web-wasm", "pass", "10,000", "6.0e-8 / 1.0e-5", "–"]]
 * ```
 */
export function parityTable(report: Pick<ParityReport, "baseline" | "cells">): ParityTable {
  const rows = parityRows(report);
  const names = parityOutputNames(rows);
  return {
    columns: [
      { title: "runtime", numeric: false },
      { title: "status", numeric: false },
      { title: "samples", numeric: true },
      ...names.map((name) => ({ title: `${name} max |Δ| / bound`, numeric: true })),
      { title: "flips", numeric: true },
    ],
    rows: rows.map((row) => [
      row.baseline ? `${row.runtime} (baseline)` : row.runtime,
      row.statusText,
      row.samples || "–",
      ...names.map((name) => row.outputs.find((each) => each.name === name)?.text ?? "–"),
      row.flips || "–",
    ]),
  };
}
