/** One run beside another one: what differs, and what that says. */
import { rows, type Tensor } from "@congruent/core";
import type { OutputDifference } from "@congruent/core/schemas";
import { type Comparison, compare, difference, type Tolerance } from "@congruent/runtime";
import type { Ran, Rules } from "./cell-of.js";
import { largestFinite, withinBounds } from "./reference-bounds.js";
import type { Tensors } from "./runner.js";
import { toleranceOf } from "./tolerances.js";
import type { Relation } from "./vote.js";

/**
 * Two runs whose difference is so many times their bound are not both right. Between once and so often nothing is decided: the bound
 * follows from the file alone and knows nothing of its values.
 */
const SURE = 10;

/** What an output may differ by, from its larger magnitude in both runs. */
export type Allowance = (name: string, dtype: string, scale: number) => Tolerance;

/** How two runs compare. */
export interface Pair {
  relation: Relation;
  comparison: Comparison;
}

/** How far two runtimes may be apart without a reference: what the user asked for, or what the file says. */
export function allowanceOf({ tolerance, arithmetic }: Rules): Allowance {
  if (!tolerance) return (name, dtype, scale) => toleranceOf(name, dtype, scale, arithmetic);
  const { atol, rtol } = tolerance;
  return (_, __, scale) => ({
    bound: atol + rtol * scale,
    why: `asked for: ${atol} + ${rtol} x ${Number(scale.toPrecision(3))} (largest magnitude)`,
  });
}

/** Compares what two runs gave for samples that both took. Which of them is asked about makes no difference for the relation. */
export function pairOf(
  outputs: Tensors,
  others: Tensors,
  allowance: Allowance,
  rules: Rules,
  labels: Rules["labels"] = undefined,
): Pair {
  const toleranceFor = (name: string, output: Tensor): Tolerance => {
    const other = others[name];
    const scale = Math.max(scaleOf(output), other ? scaleOf(other) : 0);
    return allowance(name, output.dtype, scale);
  };
  const there = compare({ baseline: others, observed: outputs, toleranceOf: toleranceFor, labels });
  const back = () => compare({ baseline: outputs, observed: others, toleranceOf: toleranceFor });
  return { comparison: there, relation: relationOf(there, back, outputs, rules) };
}

function scaleOf(output: Tensor): number {
  return difference(output, output).scale;
}

function relationOf(
  { outputs, decisions }: Comparison,
  back: () => Comparison,
  given: Tensors,
  { gate, tolerance, arithmetic }: Rules,
): Relation {
  if (gate.on !== "numbers" && decisions && decisions.flips > gate.maxFlips) return "differ";
  if (gate.on === "flips") return "agree";
  let off = outputs.filter(({ within }) => !within);
  // A tie for one of the two is a tie.
  const label = off.find(({ name }) => name === "label");
  if (label && back().outputs.find(({ name }) => name === "label")?.within)
    off = off.filter((each) => each !== label);
  if (off.length === 0) return "agree";
  const scored = Object.keys(given).some((name) => ["probabilities", "logits", "scores"].includes(name));
  const sure = ({ name, maxAbs, bound, detail }: OutputDifference): boolean => {
    if (name === "label") return scored || !arithmetic.jumps.has(name);
    if (maxAbs === null) return detail !== undefined || !arithmetic.jumps.has(name);
    return bound !== null && maxAbs > bound * (tolerance ? 1 : SURE);
  };
  // A label that differs because of scores that are neither near nor far proves no more than they do.
  const numbers = off.filter(({ name }) => name !== "label");
  const decisive = numbers.length > 0 ? numbers : off;
  return decisive.some(sure) ? "differ" : "unknown";
}

/** The samples that both took, from one on. */
export function commonRows(a: Ran, b: Ran, from: number, { batching }: Rules): [Tensors, Tensors] {
  if (batching.mode === "once") return [a.result.outputs, b.result.outputs];
  const end = Math.min(a.result.samples, b.result.samples);
  return [slice(a.result.outputs, from, end), slice(b.result.outputs, from, end)];
}

function slice(outputs: Tensors, begin: number, end: number): Tensors {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => [name, rows(output, begin, end)]),
  );
}

export interface AgainstReference {
  /** The first ones, which both took. */
  samples: number;
  comparison: Comparison;
}

/** A run against the reference: element by element with its bounds, or with what the user asked for. */
export function againstReference(run: Ran, reference: Ran, rules: Rules): AgainstReference {
  const samples = Math.min(run.result.samples, reference.result.samples);
  const { bounds } = reference.result;
  const allowance = allowanceOf(rules);
  const [observed, expected] = commonRows(run, reference, 0, rules);
  const comparison = compare({
    baseline: expected,
    observed,
    toleranceOf: (name, output) => {
      const bound = bounds?.[name];
      // A label may differ where the two best scores are closer than they can be told apart.
      if (bound && !rules.tolerance) return { bound: largestFinite(bound.errors.data), why: bound.why };
      return allowance(name, output.dtype, scaleOf(output));
    },
    labels: rules.labels,
  });
  // The user's tolerance replaces the analysis.
  if (!bounds || rules.tolerance) return { samples, comparison };
  const counted = rules.batching.mode === "once" ? null : samples;
  return { samples, comparison: withinBounds(comparison, run.result, bounds, counted) };
}
