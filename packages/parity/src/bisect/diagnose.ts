/** A bisect of every runtime of a matrix that fails or breaks. */
import type { Bisect, BisectFinding, ParityCell } from "@congruent/core";
import type { Diagnose } from "../matrix.js";
import { firstSamples, type RunnerJob, sampleCount, type Tensors } from "../runner.js";
import { type BisectOptions, type BisectProgress, bisect } from "./bisect.js";
import { pickSamples } from "./samples.js";

export interface DiagnoseOptions
  extends Pick<BisectOptions, "model" | "modes" | "maxMemory" | "truth" | "samples"> {
  onProgress?: ((runtime: ParityCell["runtime"], progress: BisectProgress) => void) | undefined;
  /** Told of each bisect with the inputs that it was given, for a repro. */
  onResult?: ((cell: ParityCell, result: Bisect, inputs: Tensors) => Promise<void>) | undefined;
}

/** Samples among which the worst are looked for: the reference computes all of them. */
const CANDIDATES = 64;

/** For `runParity({ diagnose })`. */
export function diagnoseWith(options: DiagnoseOptions): Diagnose {
  const { onProgress, onResult, ...rest } = options;
  return async (cell, { runner, job }) => {
    // The source model has no nodes of the file: nothing of it can be cut out.
    if (runner.wholeOnly) return {};
    const inputs = candidates(cell, job);
    const result = await bisect({
      ...rest,
      runner,
      job,
      inputs,
      onProgress: (progress) => onProgress?.(cell.runtime, progress),
    });
    await onResult?.(cell, result, inputs);
    return { bisect: result, firstDivergence: firstDivergence(result) };
  };
}

/** Samples whose decision flips, then the first ones; one batch of a model that fixes it. */
function candidates(cell: ParityCell, { inputs, batchSize, wholeBatches }: RunnerJob): Tensors {
  if (batchSize === null) return inputs;
  const flips = cell.decisions?.list.map(({ sample }) => sample) ?? [];
  if (wholeBatches) {
    const begin = Math.floor((flips[0] ?? 0) / batchSize) * batchSize;
    return pickSamples(inputs, range(begin, begin + batchSize));
  }
  const count = sampleCount(inputs);
  if (count <= CANDIDATES) return firstSamples(inputs, count);
  return pickSamples(inputs, [...new Set([...flips, ...range(0, count)])].slice(0, CANDIDATES));
}

function range(begin: number, end: number): number[] {
  return Array.from({ length: end - begin }, (_, index) => begin + index);
}

/** The one place that a report's cell names: where the runtime's own values begin to be wrong, else what is wrong by itself. */
function firstDivergence({ cumulative, isolated, hidden }: Bisect): ParityCell["firstDivergence"] {
  if (cumulative?.first) return named(cumulative.first, "cumulative");
  const [part] = hidden;
  if (part) return named(part.finding, "part");
  const [alone] = isolated?.wrong ?? [];
  return alone ? named(alone, "isolated") : null;
}

type Divergence = NonNullable<ParityCell["firstDivergence"]>;

function named({ node, opType, index, output, maxAbs }: BisectFinding, mode: Divergence["mode"]): Divergence {
  return { node, opType, index, output, maxAbs, mode };
}
