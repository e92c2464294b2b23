/** A bisect of every runtime of a matrix that fails or breaks. */
import { join } from "node:path";
import { CongruentError, type RuntimeId, runtimeId } from "@congruent/core";
import { type Bisect, type BisectFinding, cellName, type ParityCell } from "@congruent/core/schemas";
import { inlineFunctions } from "@congruent/onnx";
import { unknownOperators } from "@congruent/reference";
import type { Diagnose } from "../matrix.js";
import { type ReproOptions, writeRepro } from "../repro/write-repro.js";
import { firstSamples, type RunnerJob, sampleCount, type Tensors } from "../runner.js";
import { type BisectOptions, type BisectProgress, bisect } from "./bisect.js";
import { pickSamples } from "./samples.js";

export interface DiagnoseOptions
  extends Pick<BisectOptions, "model" | "modes" | "maxMemory" | "oracle" | "samples"> {
  onProgress?: ((runtime: RuntimeId, progress: BisectProgress) => void) | undefined;
  /** Folder in which each runtime's repro gets a folder of its own. Default: none is written. */
  repro?: string | undefined;
}

/** Number of samples among which the worst are searched. The reference computes all of them. */
const CANDIDATES = 64;

/**
 * For `runParity({ diagnose })`.
 *
 * @throws CongruentError at once, not after the matrix: `E_OPERATOR` (exit 3) for a model that the reference cannot compute
 */
export function diagnoseWith(given: DiagnoseOptions): Diagnose {
  // Nodes are cut out and fed by themselves: those within a function as well.
  const options = { ...given, model: inlineFunctions(given.model) };
  const [unknown] = options.oracle ? [] : unknownOperators(options.model);
  if (unknown) throw unknown.error;
  const { onProgress, repro, ...rest } = options;
  return async (cell, { runner, job }) => {
    // The source model does not have the file's nodes: no part of it can be cut out.
    if (runner.wholeOnly) return {};
    const inputs = candidates(cell, job);
    const result = await bisect({
      ...rest,
      runner,
      job,
      inputs,
      onProgress: (progress) => onProgress?.(runtimeId(cell), progress),
    });
    const { model, oracle } = options;
    const found =
      repro === undefined
        ? result
        : await withRepro(result, {
            directory: join(repro, cellName(cell).replaceAll(/[^\w.-]+/g, "-")),
            ...{ model, oracle, found: result, cell, inputs, runner, job },
          });
    return { bisect: found, firstDivergence: firstDivergence(found) };
  };
}

/** If no part fails by itself there is no repro, but the bisect's result stays. */
async function withRepro(result: Bisect, options: ReproOptions): Promise<Bisect> {
  try {
    return { ...result, repro: await writeRepro(options) };
  } catch (error) {
    if (!(error instanceof CongruentError) || error.code !== "E_REPRO") throw error;
    const { directory } = options;
    return { ...result, repro: { directory, nodes: [], fails: false, said: error.what } };
  }
}

/** Samples whose decision flips, then the first ones; one batch of a model that fixes it. */
function candidates(cell: ParityCell, { inputs, batching }: RunnerJob): Tensors {
  if (batching.mode === "once") return inputs;
  const flips = cell.decisions?.list.map(({ sample }) => sample) ?? [];
  if (batching.mode === "fixed") {
    const { size } = batching;
    const begin = Math.floor((flips[0] ?? 0) / size) * size;
    return pickSamples(inputs, range(begin, begin + size));
  }
  const count = sampleCount(inputs, batching);
  if (count <= CANDIDATES) return firstSamples(inputs, count);
  return pickSamples(inputs, [...new Set([...flips, ...range(0, count)])].slice(0, CANDIDATES));
}

function range(begin: number, end: number): number[] {
  return Array.from({ length: end - begin }, (_, index) => begin + index);
}

/** The node that a cell names: where the runtime's own values begin to be wrong, or else a node that is wrong by itself. */
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
