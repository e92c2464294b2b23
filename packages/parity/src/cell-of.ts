/** What is known of one runtime's run by itself, and what was decided of it: one cell of the matrix. */
import type { Batching } from "@congruent/core";
import { blankCell, type Gate, type OutputDifference, type ParityCell } from "@congruent/core/schemas";
import type { Arithmetic } from "./arithmetic.js";
import type { Runner, RunnerResult } from "./runner.js";

/** A runner in one of its variants, and the result. */
export interface Run {
  runner: Runner;
  variant: string | null;
  result: RunnerResult | null;
  /** Why there is no result; null where there is one. */
  failure: Pick<ParityCell, "status" | "reason" | "fix" | "cut"> | null;
  /** The code of the error behind a failure; null where there is none. */
  code: string | null;
  /** What a report should say of how the result came about. Default: nothing. */
  note?: string | null;
}

export type Ran = Run & { result: RunnerResult };

export interface Rules {
  arithmetic: Arithmetic;
  /** Whether one sample's outputs may depend on the others of its batch. */
  mixes: boolean;
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
  const { versions, adapter, samples, seconds, cut, driver, threads, optimization, placement } = result;
  return {
    ...cell,
    versions,
    adapter,
    samples,
    cut: cut ?? null,
    seconds,
    driver: driver ?? null,
    threads: threads ?? null,
    optimization: optimization ?? null,
    placement: placement ?? null,
  };
}

/** The largest difference over all outputs that are numbers; null where it is not finite. */
export function largest(outputs: readonly OutputDifference[]): number | null {
  const sizes = outputs.filter(({ name }) => name !== "label").map(({ maxAbs }) => maxAbs);
  return sizes.includes(null) ? null : Math.max(0, ...sizes.map(Number));
}
