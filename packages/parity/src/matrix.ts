/** Runs one model on each runtime in turn and compares. */
import {
  blankCell,
  CongruentError,
  type Ledger,
  messageOf,
  type ParityCell,
  RUNTIMES,
  type RuntimeName,
} from "@congruent/core";
import { compare, difference, withLabel } from "@congruent/runtime";
import { applyLedger } from "./ledger.js";
import { fallbackSentence } from "./placement.js";
import type { Runner, RunnerJob, RunnerResult, Tensors } from "./runner.js";
import { type Arithmetic, toleranceOf } from "./tolerances.js";

export interface MatrixOptions {
  runners: readonly Runner[];
  /** Runtimes that must not be absent. */
  required: readonly RuntimeName[];
  job: Omit<RunnerJob, "cap">;
  /** Samples per runtime; absent leaves it to the runner. */
  samples: Partial<Record<RuntimeName, number>>;
  arithmetic: Arithmetic;
  /** A node that ran on another execution provider than the runtime stands for makes the cell fail. */
  requireEp: boolean;
  /** The outputs that the model declares: each runtime must give all of them, and others are left out. */
  outputNames: readonly string[];
  truth: ArrayLike<number> | undefined;
  modelNames: readonly string[];
  ledger: Ledger | undefined;
  onProgress: (progress: ParityProgress) => void;
}

export type ParityProgress =
  | { runtime: RuntimeName; state: "started" }
  | { runtime: RuntimeName; state: "finished"; cell: ParityCell };

export interface Matrix {
  /** The runtime that the others were compared with; null when none computed anything. */
  baseline: RuntimeName | null;
  cells: ParityCell[];
}

/**
 * One runtime after the other, as they share the machine's cores. The first in `RUNTIMES`' order that computes anything is the
 * baseline: the source model where it is there, else the CPU.
 *
 * @throws CongruentError exit 3 for a required runtime that is absent
 */
export async function runMatrix(options: MatrixOptions): Promise<Matrix> {
  const ordered = options.runners.toSorted((a, b) => RUNTIMES.indexOf(a.name) - RUNTIMES.indexOf(b.name));
  let baseline: { runtime: RuntimeName; result: RunnerResult } | null = null;
  const cells: ParityCell[] = [];
  for (const runner of ordered) {
    const runtime = runner.name;
    options.onProgress({ runtime, state: "started" });
    const ran = await runOne(runner, options);
    let cell: ParityCell;
    if ("cell" in ran) {
      cell = ran.cell;
    } else {
      baseline ??= { runtime, result: ran.result };
      cell = judge(runner, ran.result, baseline.result, options);
      // The baseline is not compared with anything, so no ledger can speak of it.
      if (options.ledger && baseline.runtime !== runtime) {
        cell = applyLedger(cell, options.modelNames, options.ledger);
      }
    }
    cells.push(cell);
    options.onProgress({ runtime, state: "finished", cell });
  }
  return { baseline: baseline?.runtime ?? null, cells };
}

async function runOne(
  runner: Runner,
  { job, samples, required, outputNames }: MatrixOptions,
): Promise<{ result: RunnerResult } | { cell: ParityCell }> {
  const runtime = runner.name;
  try {
    const result = await runner.run({ ...job, cap: samples[runtime] ?? null });
    return { result: { ...result, outputs: declaredOutputs(result.outputs, outputNames) } };
  } catch (error) {
    const known = error instanceof CongruentError ? error : null;
    const absent = known?.exit === 3;
    if (absent && required.includes(runtime)) throw known;
    const reason = known ? known.what : messageOf(error);
    const fix = known?.fix ?? null;
    return { cell: { ...emptyCell(runner), status: absent ? "unavailable" : "error", reason, fix } };
  }
}

/** @throws CongruentError `E_OUTPUTS` when one is missing: what is not there must not pass for equal. */
function declaredOutputs(outputs: Tensors, names: readonly string[]): Tensors {
  const given = withLabel(outputs);
  return Object.fromEntries(
    names.map((name) => {
      const output = given[name];
      if (output) return [name, output];
      throw new CongruentError({
        code: "E_OUTPUTS",
        what: `the output ${name} is missing; there are ${Object.keys(given).join(", ") || "none"}`,
      });
    }),
  );
}

function emptyCell({ name, kernels }: Runner): ParityCell {
  return { ...blankCell(name), kernels };
}

function judge(
  runner: Runner,
  result: RunnerResult,
  baseline: RunnerResult,
  { arithmetic, truth, requireEp, job }: MatrixOptions,
): ParityCell {
  const { versions, adapter, samples, seconds, driver, threads, optimization, placement } = result;
  const cell: ParityCell = {
    ...emptyCell(runner),
    versions,
    adapter,
    samples,
    seconds,
    driver: driver ?? null,
    threads: threads ?? null,
    optimization: optimization ?? null,
    placement: placement ?? null,
  };
  try {
    // A capped baseline leaves the others' further samples without anything to compare with.
    const shared = Math.min(samples, baseline.samples);
    const {
      outputs,
      decisions,
      reason: beyond,
    } = compare({
      baseline: baseline.outputs,
      observed: result.outputs,
      samples: job.batchSize === null ? undefined : shared,
      toleranceOf: (_, output) => toleranceOf(output.dtype, difference(output, output).scale, arithmetic),
      truth,
    });
    const fallback = requireEp && placement ? fallbackSentence(placement) : null;
    const reason = [beyond, fallback].filter((text) => text !== null).join("; ") || null;
    return {
      ...cell,
      samples: shared,
      status: reason === null ? "pass" : "fail",
      reason,
      outputs,
      decisions,
    };
  } catch (error) {
    return {
      ...cell,
      status: "error",
      reason: error instanceof CongruentError ? error.what : messageOf(error),
    };
  }
}
