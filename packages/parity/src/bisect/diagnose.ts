/** A bisect of every runtime of a matrix that fails or breaks. */
import { join } from "node:path";
import { CongruentError, type RuntimeId, runtimeId } from "@congruent/core";
import { sha256 } from "@congruent/core/files";
import { type Bisect, type BisectFinding, cellName, type ParityCell } from "@congruent/core/schemas";
import { encodeModel, inlineFunctions, type ModelProto } from "@congruent/onnx";
import { unknownOperators } from "@congruent/reference";
import { findCure } from "../cure/find-cure.js";
import type { Diagnose } from "../matrix-options.js";
import { type ReproOptions, writeRepro } from "../repro/write-repro.js";
import { firstSamples, type Runner, type RunnerJob, sampleCount, type Tensors } from "../runner.js";
import { runners as allRunners } from "../runners/index.js";
import { type BisectOptions, type BisectProgress, bisect } from "./bisect.js";
import { type Journal, openJournal } from "./journal.js";
import type { Oracle } from "./oracle.js";
import { referenceOracle } from "./reference-oracle.js";
import { runtimeOracle } from "./runtime-oracle.js";
import { pickSamples } from "./samples.js";

export interface DiagnoseOptions
  extends Pick<BisectOptions, "model" | "modes" | "maxMemory" | "oracle" | "samples"> {
  onProgress?: ((runtime: RuntimeId, progress: BisectProgress) => void) | undefined;
  /** Whether what makes the runtime right is looked for. Default: false. */
  cure?: boolean | undefined;
  /** Where node-cpu is looked for, in place of the reference. Default: all runners. */
  runners?: readonly Runner[] | undefined;
  /** Folder in which each runtime's repro gets a folder of its own. Default: none is written. */
  repro?: string | undefined;
}

/** Number of samples among which the worst are searched. The reference computes all of them. */
const CANDIDATES = 64;

/**
 * For `runParity({ diagnose })`. Right values are the reference's; where it cannot compute the model, those of node-cpu with nothing rewritten
 * (or the first of `runners` that is ONNX Runtime in Node). A bisect that cannot be made is told in the cell (`undiagnosed`) and takes nothing
 * from the comparison.
 */
export function diagnoseWith(given: DiagnoseOptions): Diagnose {
  // Nodes are cut out and fed by themselves: those within a function as well.
  const options = { ...given, model: inlineFunctions(given.model) };
  const { onProgress, repro, cure = false, ...rest } = options;
  return async (cell, { runner, job, judge }) => {
    // The source model does not have the file's nodes: no part of it can be cut out.
    if (runner.wholeOnly) return {};
    const inputs = candidates(cell, job);
    const bisected = { ...rest, runner, job, inputs, journal: journalOf(options.model, cell, job) };
    const made = await byFirstOracle(oraclesOf(options, job), (oracle) =>
      bisect({ ...bisected, oracle, onProgress: (progress) => onProgress?.(runtimeId(cell), progress) }),
    );
    if ("why" in made) return { undiagnosed: made.why };
    const { oracle, result } = made;
    const cured =
      cure && judge && isWrong(result)
        ? await findCure({ cell, runner, job, judge, bisect: result, model: options.model })
        : null;
    const { model } = options;
    const found =
      repro === undefined
        ? result
        : await withRepro(result, {
            directory: join(repro, cellName(cell).replaceAll(/[^\w.-]+/g, "-")),
            ...{ model, oracle, found: result, cell, inputs, runner, job, cure: cured },
          });
    return { bisect: found, cure: cured, firstDivergence: firstDivergence(found) };
  };
}

function oraclesOf({ model, oracle, runners = allRunners }: DiagnoseOptions, job: RunnerJob): Oracle[] {
  if (oracle) return [oracle];
  const [unknown] = unknownOperators(model);
  const plain = runners.find(({ runtime }) => runtime === "node-cpu");
  const { modelPath: _, inputs: __, batching: ___, cap: ____, ...shared } = job;
  return [...(unknown ? [] : [referenceOracle]), ...(plain ? [runtimeOracle(plain, shared)] : [])];
}

/** Not where the runtime's outputs are right and what it is compared with is not: there is nothing to cure. */
function isWrong({ final, broken }: Bisect): boolean {
  return broken !== null || (final?.length ?? 0) > 0;
}

/** The bisect by the first oracle that can compute the model; why none can. */
async function byFirstOracle(
  oracles: readonly Oracle[],
  make: (oracle: Oracle) => Promise<Bisect>,
): Promise<{ oracle: Oracle; result: Bisect } | { why: string }> {
  const reasons: string[] = [];
  for (const oracle of oracles) {
    try {
      return { oracle, result: await make(oracle) };
    } catch (error) {
      if (!(error instanceof CongruentError) || FINAL.has(error.code)) throw error;
      reasons.push(`${oracle.name}: ${error.what}${error.fix ? ` (${error.fix})` : ""}`);
    }
  }
  return {
    why: `no node is named, as nothing gives right values: ${reasons.join("; ") || "there is no oracle"}`,
  };
}

/** Not a matter of which oracle. */
const FINAL = new Set(["E_INTERRUPTED"]);

function journalOf(model: ModelProto, cell: ParityCell, job: RunnerJob): Journal {
  const { threads, optimization, session, onnxruntime } = job;
  const { variant, versions, adapter, driver } = cell;
  const settings = { threads, optimization, session, onnxruntime, variant, versions, adapter, driver };
  return openJournal([sha256(encodeModel(model)), runtimeId(cell), settings]);
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
function firstDivergence(bisected: Bisect): ParityCell["firstDivergence"] {
  const { cumulative, isolated, hidden } = bisected;
  if (cumulative?.first) return named(cumulative.first, "cumulative", bisected);
  const [part] = hidden;
  if (part) return named(part.finding, "part", bisected);
  const [alone] = isolated?.wrong ?? [];
  return alone ? named(alone, "isolated", bisected) : null;
}

type Divergence = NonNullable<ParityCell["firstDivergence"]>;

function named(
  { node, opType, index, output, maxAbs }: BisectFinding,
  mode: Divergence["mode"],
  { inner }: Bisect,
): Divergence {
  const within = inner?.find(({ path, first }) => first !== null && path[0]?.startsWith(`${node}/`));
  const inside = within?.first && {
    path: within.path,
    node: within.first.node,
    opType: within.first.opType,
    output: within.first.output,
  };
  return { node, opType, index, output, maxAbs, mode, ...(inside && { inside }) };
}
