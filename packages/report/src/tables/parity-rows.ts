import { runtimeId } from "@congruent/core";
import {
  type CellStatus,
  cellName,
  type OutputDifference,
  type ParityCell,
  type ParityReport,
} from "@congruent/core/schemas";
import {
  formatCount,
  formatDifference,
  formatPercent,
  formatPlural,
  formatSeconds,
  formatVersions,
} from "../formats/numbers.js";
import { bisectNotes } from "./bisect-notes.js";
import { cureNotes } from "./cure-notes.js";

/** How a status is written, and whether it is good news; colors are never the only sign of it. */
export const STATUS_TEXT: Readonly<Record<CellStatus, string>> = {
  pass: "pass",
  fail: "fail",
  "expected-fail": "expected fail",
  "unexpected-pass": "unexpected pass",
  unavailable: "unavailable",
  error: "error",
  inconclusive: "inconclusive",
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
  kind: "reason" | "expected" | "link" | "fix" | "divergence" | "cure" | "placement" | "flips" | "hollow";
  title: string;
  text: string;
}

/** One runtime of a parity report, every value as it is shown. */
export interface ParityRow {
  /** The runtime, with what sets this cell apart from another one of the same. */
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
  /** Largest difference from the reference over all outputs, `6.0e-8 on 100`; empty where there is none. */
  reference: string;
  /** Every output against the reference. */
  referenceOutputs: ParityOutput[];
  /** `2 threads, optimized: basic, 13 nodes on WebGpuExecutionProvider`. */
  settings: string;
  /** `3 of 10,000`, or empty where no decisions were compared. */
  flips: string;
  notes: ParityNote[];
}

function output(difference: OutputDifference): ParityOutput {
  const observed = formatDifference(difference.maxAbs);
  const bound = difference.bound === null ? "unknown" : formatDifference(difference.bound);
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

/** The largest difference over the outputs that are numbers; a label's is none. */
function largest(outputs: readonly OutputDifference[]): number | null {
  const sizes = outputs.filter(({ name }) => name !== "label").map(({ maxAbs }) => maxAbs);
  return sizes.includes(null) ? null : Math.max(0, ...sizes.map(Number));
}

/** An output without a bound proves nothing, however small the difference is. */
function offReference(outputs: readonly OutputDifference[]): string {
  const known = outputs.filter(({ bound }) => bound !== null);
  const blind = known.length < outputs.length;
  if (blind && known.every(({ name }) => name === "label")) return "unknown";
  return formatDifference(largest(known));
}

function settings({ threads, optimization, placement, driver }: ParityCell): string {
  const counts = Object.entries(placement?.providers ?? {});
  return [
    threads === null ? "" : formatPlural(threads, "thread"),
    optimization === null ? "" : `optimized: ${optimization}`,
    ...counts.map(([provider, count]) => `${formatPlural(count, "node")} on ${provider}`),
    driver ?? "",
  ]
    .filter((text) => text !== "")
    .join(", ");
}

const NAMED = 5;

/** What the numbers prove nothing about, and where nodes ran that should not have. */
function warnings(cell: ParityCell): ParityNote[] {
  const list: ParityNote[] = [];
  const fallbacks = cell.placement?.fallbacks ?? [];
  if (fallbacks.length > 0) {
    const named = fallbacks
      .slice(0, NAMED)
      .map(({ node, opType, provider }) => `${node} (${opType}) on ${provider}`);
    const more = fallbacks.length > NAMED ? `, and ${fallbacks.length - NAMED} more` : "";
    list.push({ kind: "placement", title: "Ran elsewhere", text: `${named.join(", ")}${more}` });
  }
  const hollow = cell.outputs.filter(({ detail }) => detail && detail.nonFinite > 0);
  for (const { name, detail } of hollow) {
    const all = detail?.finite === 0 && detail.misplaced === 0;
    const which = all
      ? `every value of ${name} is`
      : `${formatPlural(detail?.nonFinite ?? 0, "value")} of ${name} ${detail?.nonFinite === 1 ? "is" : "are"}`;
    const text = `${which} the same NaN or infinity in both, which proves nothing`;
    list.push({ kind: "hollow", title: "Not compared", text });
  }
  return list;
}

function flipsNote({ decisions }: ParityCell): ParityNote[] {
  if (!decisions?.interval || decisions.flips === 0) return [];
  const [low, high] = decisions.interval;
  const classes = (decisions.perClass ?? [])
    .map(({ label, flips, samples }) => `${label}: ${flips} of ${formatCount(samples)}`)
    .join(", ");
  const right = decisions.correct
    ? `; right answers ${formatCount(decisions.correct.observed)} instead of ${formatCount(decisions.correct.baseline)}`
    : "";
  const text = `${formatPercent(decisions.flips / decisions.samples)} (95 %: ${formatPercent(low)} to ${formatPercent(high)}), by class ${classes}${right}`;
  return [{ kind: "flips", title: "Flipped decisions", text }];
}

function divergence({ bisect, firstDivergence: first }: ParityCell): ParityNote[] {
  if (bisect) return bisectNotes(bisect).map((each) => ({ kind: "divergence", ...each }));
  if (!first) return [];
  const size = formatDifference(first.maxAbs);
  const how = first.mode === "isolated" ? "fed with the baseline's inputs" : "with what came before it";
  const text = `node ${first.index}, ${first.node} (${first.opType}), output ${first.output}, ${how}: max |Δ| ${size}`;
  return [{ kind: "divergence", title: "Diverges first at", text }];
}

function notes(cell: ParityCell): ParityNote[] {
  const list: ParityNote[] = [];
  if (cell.reason) list.push({ kind: "reason", title: "What happened", text: cell.reason });
  if (cell.expectation) {
    list.push({ kind: "expected", title: "Expected because", text: cell.expectation.reason });
    if (cell.expectation.link) list.push({ kind: "link", title: "See", text: cell.expectation.link });
  }
  list.push(...divergence(cell));
  if (cell.undiagnosed) list.push({ kind: "divergence", title: "Not bisected", text: cell.undiagnosed });
  if (cell.cure) list.push(...cureNotes(cell.cure).map((each) => ({ kind: "cure" as const, ...each })));
  list.push(...flipsNote(cell), ...warnings(cell));
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
 *   runtime: "web-wasm", browser: "chromium", status: "pass", reason: null, fix: null, versions: {}, adapter: null, samples: 10000, cut: null,
 *   seconds: 4.21, outputs: [{ name: "probabilities", maxAbs: 5.96e-8, maxUlp: 3, bound: 1e-5, why: "", within: true }],
 *   decisions: { samples: 10000, flips: 0, list: [] }, expectation: null, firstDivergence: null,
 *   variant: null, reference: null, threads: null, optimization: null, placement: null, driver: null,
 * };
 * parityRows({ baseline: "tfjs", cells: [cell] }).map((row) => [row.runtime, row.outputs[0].text, row.flips]);
 * // => [["web-wasm", "6.0e-8 / 1.0e-5", "0 of 10,000"]]
 * ```
 */
export function parityRows(report: Pick<ParityReport, "baseline" | "cells">): ParityRow[] {
  return report.cells.map((cell) => ({
    runtime: cellName(cell),
    // Where nothing computed anything, the report names a baseline all the same.
    baseline:
      runtimeId(cell) === report.baseline &&
      cell.variant === null &&
      cell.seconds !== null &&
      cell.status !== "fail",
    status: cell.status,
    statusText: STATUS_TEXT[cell.status],
    samples: samplesText(cell),
    seconds: cell.seconds === null ? "" : formatSeconds(cell.seconds),
    versions: formatVersions(cell.versions),
    adapter: cell.adapter ?? "",
    outputs: cell.outputs.map(output),
    reference: cell.reference
      ? `${offReference(cell.reference.outputs)} on ${formatCount(cell.reference.samples)}`
      : "",
    referenceOutputs: cell.reference?.outputs.map(output) ?? [],
    settings: settings(cell),
    flips: cell.decisions
      ? `${formatCount(cell.decisions.flips)} of ${formatCount(cell.decisions.samples)}`
      : "",
    notes: notes(cell),
  }));
}

function samplesText({ samples, cut }: ParityCell): string {
  if (cut !== null) return `${formatCount(samples)} of ${formatCount(cut.of)}`;
  return samples === 0 ? "" : formatCount(samples);
}

/**
 * An output as the title of a column: a name that reads as a number is set in quotes, as "max |Δ| 13" would be taken for a size.
 *
 * @example
 * ```ts
 * outputTitle("logits"); // => "logits"
 * outputTitle("13"); // => 'output "13"'
 * ```
 */
export function outputTitle(name: string): string {
  return /^[\s\d.,+-]*$/.test(name) ? `output "${name}"` : name;
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
 *   runtime: "web-wasm", browser: "chromium", status: "pass", reason: null, fix: null, versions: {}, adapter: null, samples: 10000, cut: null,
 *   seconds: 4.21, outputs: [{ name: "probabilities", maxAbs: 5.96e-8, maxUlp: 3, bound: 1e-5, why: "", within: true }],
 *   decisions: null, expectation: null, firstDivergence: null,
 *   variant: null, reference: null, threads: null, optimization: null, placement: null, driver: null,
 * } as const;
 * parityTable({ baseline: "tfjs", cells: [cell] }).rows;
 * // => [["web-wasm", "pass", "10,000", "6.0e-8 / 1.0e-5", "–"]]
 * ```
 */
export function parityTable(report: Pick<ParityReport, "baseline" | "cells">): ParityTable {
  const rows = parityRows(report);
  const names = parityOutputNames(rows);
  const withReference = rows.some((row) => row.reference !== "");
  return {
    columns: [
      { title: "runtime", numeric: false },
      { title: "status", numeric: false },
      { title: "samples", numeric: true },
      ...names.map((name) => ({ title: `${outputTitle(name)} max |Δ| / bound`, numeric: true })),
      ...(withReference ? [{ title: "off the reference", numeric: true }] : []),
      { title: "flips", numeric: true },
    ],
    rows: rows.map((row) => [
      row.baseline ? `${row.runtime} (baseline)` : row.runtime,
      row.statusText,
      row.samples || "–",
      ...names.map((name) => row.outputs.find((each) => each.name === name)?.text ?? "–"),
      ...(withReference ? [row.reference || "–"] : []),
      row.flips || "–",
    ]),
  };
}
