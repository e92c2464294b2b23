/** What one runtime computed, compared with the reference and the baseline: one cell of the matrix. */
import { type Batching, CongruentError, messageOf, runtimeId, type Tensor } from "@congruent/core";
import { blankCell, type Gate, type OutputDifference, type ParityCell } from "@congruent/core/schemas";
import { type Comparison, compare, difference, type Tolerance } from "@congruent/runtime";
import { fallbackSentence } from "./placement.js";
import { largestFinite, withinBounds } from "./reference-bounds.js";
import type { Runner, RunnerResult } from "./runner.js";
import { type Arithmetic, toleranceOf } from "./tolerances.js";

/** A runner in one of its variants, and the result. */
export interface Run {
  runner: Runner;
  variant: string | null;
  result: RunnerResult | null;
  /** Why there is no result; null where there is one. */
  failure: Pick<ParityCell, "status" | "reason" | "fix"> | null;
  /** The code of the error behind a failure; null where there is none. */
  code: string | null;
}

export type Ran = Run & { result: RunnerResult };

export interface Rules {
  arithmetic: Arithmetic;
  /** The same allowance for every value, instead of a bound from the model. */
  tolerance: { atol: number; rtol: number } | null;
  /** The right label of every sample. */
  labels: ArrayLike<number> | undefined;
  requireEp: boolean;
  gate: { on: Gate; maxFlips: number };
  batching: Batching;
}

/** A cell without any comparison: what is known of a run by itself. */
export function cellOfRun({ runner, variant, result, failure }: Run): ParityCell {
  const blank = blankCell(runner);
  const cell = { ...blank, variant, kernels: runner.kernels ?? blank.kernels };
  if (!result) return { ...cell, ...failure };
  const { versions, adapter, samples, seconds, driver, threads, optimization, placement } = result;
  return {
    ...cell,
    versions,
    adapter,
    samples,
    seconds,
    driver: driver ?? null,
    threads: threads ?? null,
    optimization: optimization ?? null,
    placement: placement ?? null,
  };
}

/**
 * @param reference the run of the reference; null if there is none
 * @param baseline the run that all samples are compared with
 */
export function judge(run: Ran, reference: Ran | null, baseline: Ran, rules: Rules): ParityCell {
  const cell = cellOfRun(run);
  if (run === reference) return { ...cell, status: "pass" };
  try {
    const toReference = reference ? comparedWithReference(run, reference, rules) : null;
    const rest = compared(run, baseline, rules);
    // A capped baseline leaves the others' further samples without anything to compare with.
    const samples = Math.min(run.result.samples, baseline.result.samples);
    const { outputs } = rest;
    const decisions = moreFlips(toReference?.comparison.decisions ?? null, rest.decisions);
    const reasons = [
      rules.gate.on === "flips" ? null : offNumbers(toReference?.comparison ?? null, rest, baseline),
      rules.gate.on === "numbers" ? null : tooManyFlips(decisions, rules.gate.maxFlips),
      rules.requireEp && cell.placement ? fallbackSentence(cell.placement) : null,
    ].filter((reason) => reason !== null);
    const reason = reasons.join("; ") || null;
    return {
      ...cell,
      samples,
      status: reason === null ? "pass" : "fail",
      reason,
      outputs,
      decisions,
      reference: toReference && { samples: toReference.samples, outputs: toReference.comparison.outputs },
    };
  } catch (error) {
    const reason = error instanceof CongruentError ? error.what : messageOf(error);
    return { ...cell, status: "error", reason };
  }
}

/** Whether a run computes what the reference does, on the samples that both took. */
export function agrees(run: Ran, reference: Ran, rules: Rules): boolean {
  try {
    return comparedWithReference(run, reference, rules).comparison.reason === null;
  } catch {
    // What cannot be compared does not agree; its own cell says why.
    return false;
  }
}

function comparedWithReference(
  run: Ran,
  reference: Ran,
  rules: Rules,
): { samples: number; comparison: Comparison } {
  const samples = Math.min(run.result.samples, reference.result.samples);
  const { bounds } = reference.result;
  const comparison = compared(run, reference, rules);
  // The user's tolerance replaces the analysis.
  if (!bounds || rules.tolerance) return { samples, comparison };
  return {
    samples,
    comparison: withinBounds(comparison, run.result, bounds, samplesOf(rules, samples) ?? null),
  };
}

/** A run against another one, on the samples that both took. */
export function compared(run: Ran, other: Ran, rules: Rules): Comparison {
  const { arithmetic, tolerance, labels } = rules;
  const samples = Math.min(run.result.samples, other.result.samples);
  return compare({
    baseline: other.result.outputs,
    observed: run.result.outputs,
    samples: samplesOf(rules, samples),
    toleranceOf: (name, output) => {
      const bound = other.result.bounds?.[name];
      // A label may differ where the two best scores are closer than they can be told apart.
      if (bound && !tolerance) return { bound: largestFinite(bound.errors.data), why: bound.why };
      return allowance(output, arithmetic, tolerance);
    },
    labels,
  });
}

/** How many first rows are samples; undefined where the first axes do not count samples. */
function samplesOf({ batching }: Rules, samples: number): number | undefined {
  return batching.mode === "once" ? undefined : samples;
}

function allowance(output: Tensor, arithmetic: Arithmetic, tolerance: Rules["tolerance"]): Tolerance {
  const { scale } = difference(output, output);
  if (!tolerance) return toleranceOf(output.dtype, scale, arithmetic);
  const { atol, rtol } = tolerance;
  return {
    bound: atol + rtol * scale,
    why: `asked for: ${atol} + ${rtol} x ${Number(scale.toPrecision(3))} (largest magnitude)`,
  };
}

/** The comparison with the reference counts first. A fault on its samples is not reported a second time for the baseline. */
function offNumbers(toReference: Comparison | null, rest: Comparison, baseline: Ran): string | null {
  if (!toReference) return rest.reason;
  if (toReference.reason !== null) return `against the reference: ${toReference.reason}`;
  return (
    rest.reason && `beyond the reference's samples, against ${runtimeId(baseline.runner)}: ${rest.reason}`
  );
}

/** A wrong baseline shows no flips for itself and for runtimes with the same fault. The comparison with the reference does. */
function moreFlips(
  toReference: Comparison["decisions"],
  rest: Comparison["decisions"],
): Comparison["decisions"] {
  return toReference && toReference.flips > (rest?.flips ?? 0) ? toReference : rest;
}

function tooManyFlips(decisions: Comparison["decisions"], most: number): string | null {
  if (!decisions) return "the gate is on flips, and this model decides nothing: it has no output named label";
  if (decisions.flips <= most) return null;
  return `${decisions.flips} of ${decisions.samples} decisions flip, more than ${most}`;
}

/** The largest difference over all outputs that are numbers; null where it is not finite. */
export function largest(outputs: readonly OutputDifference[]): number | null {
  const sizes = outputs.filter(({ name }) => name !== "label").map(({ maxAbs }) => maxAbs);
  return sizes.includes(null) ? null : Math.max(0, ...sizes.map(Number));
}
