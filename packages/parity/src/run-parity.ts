import { basename, dirname } from "node:path";
import {
  CongruentError,
  type Gate,
  type Ledger,
  type Optimization,
  type ParityReport,
  RUNTIMES,
  type RuntimeName,
} from "@congruent/core";
import { readBytes, sha256 } from "@congruent/core/files";
import { decodeModel, modelInterface, readCard, type ValueDescription } from "@congruent/onnx";
import { checkFeeds } from "@congruent/runtime";
import { attribution } from "./attribution.js";
import { checkLedger } from "./ledger.js";
import { type Diagnose, type ParityProgress, runMatrix } from "./matrix.js";
import { firstSamples, type Runner, sampleCount, type Tensors } from "./runner.js";
import { runners as allRunners } from "./runners/index.js";
import { arithmeticOf } from "./tolerances.js";
import { verdictOf } from "./verdict.js";

export interface ParityOptions {
  /** The ONNX file. */
  modelPath: string;
  /** The tfjs layers model that it was made from: gives the runtime `tfjs`, and with it the baseline. */
  layersDirectory?: string | undefined;
  inputs: {
    /** What the report says of them, such as `mnist test`. */
    source: string;
    /** By name, each [samples, …]. */
    tensors: Tensors;
    /** The right label of every sample. */
    truth?: ArrayLike<number> | undefined;
  };
  /** These runtimes, none of which may be absent. Unless told: all that are there. */
  runtimes?: readonly RuntimeName[] | undefined;
  /** Samples per runtime. Unless told: all, but 500 for WebGPU on a software adapter. */
  samples?: Partial<Record<RuntimeName, number>> | undefined;
  /** Known divergences. */
  ledger?: Ledger | undefined;
  /** Folder of the built apps/web, which the web runtimes need. */
  webApp?: string | undefined;
  /**
   * Samples per run of the model; 100 unless told. A model that fixes it runs as many whole batches as the samples fill. Null where the
   * inputs' first axes do not count samples: they are those of one run.
   */
  batchSize?: number | null | undefined;
  /** Threads of one operator, for the runtimes that have a choice; 1 in a browser and the runtime's own elsewhere unless told. */
  threads?: number | undefined;
  /** Whether runtimes are also run in their variants (the browser's WebAssembly with several threads); unless told where neither `runtimes` nor `threads` nor `optimization` is given. */
  variants?: boolean | undefined;
  /** How far ONNX Runtime may rewrite the graph; `all` unless told. */
  optimization?: Optimization | undefined;
  /** Whether a node that ran on another execution provider than its runtime stands for is a failure; not unless told. */
  requireEp?: boolean | undefined;
  /** The same allowance for every value, atol + rtol x the output's largest magnitude, instead of a bound from the model. */
  tolerance?: { atol: number; rtol: number } | undefined;
  /** What makes a runtime fail: `numbers` unless told, and with `flips` or `both` no decision may flip unless told. */
  gate?: { on: Gate; maxFlips?: number | undefined } | undefined;
  /** Looks where a failing runtime goes wrong; see {@link Diagnose}. */
  diagnose?: Diagnose | undefined;
  limits?: ParityLimits | undefined;
  onProgress?: ((progress: ParityProgress) => void) | undefined;
  /** The runners to choose from; for tests and for runtimes from outside. */
  runners?: readonly Runner[] | undefined;
}

export interface ParityLimits {
  /** Per runtime; 300,000 unless told. */
  timeoutMs?: number | undefined;
  /** Resident memory of a runtime's processes; no limit unless told. Linux alone can keep it. */
  memoryBytes?: number | undefined;
}

const TIMEOUT_MS = 300_000;
const BATCH_SIZE = 100;

/**
 * Runs one model on every runtime and says whether they agree.
 *
 * @throws CongruentError exit 2: `E_MODEL_NOT_FOUND`, `E_ONNX_INVALID`, `E_CARD`, `E_INPUT_*`, `E_LEDGER`, `E_RUNTIME_NAME`;
 * exit 3: `E_RUNTIME_UNAVAILABLE` and others for a runtime that was asked for by name and is absent. A runtime that breaks is a cell, no error.
 */
export async function runParity(options: ParityOptions): Promise<ParityReport> {
  const { modelPath, inputs, ledger, limits = {} } = options;
  const fix = "check the path; a model of this project is written by npm start";
  const bytes = await readBytes(modelPath, "E_MODEL_NOT_FOUND", fix);
  const model = decodeModel(bytes, modelPath);
  const card = readCard(model, modelPath);
  const declared = modelInterface(model);
  const once = options.batchSize === null;
  if (once) checkFeeds(inputs.tensors, declared.inputs);
  else checkInputs(inputs.tensors, declared.inputs);
  if (ledger) checkLedger(ledger);
  const first = declared.inputs[0]?.dims?.[0];
  const fixed = !once && typeof first === "number" ? first : null;
  const batchSize = fixed ?? defaultBatch(options.batchSize);
  const given = sampleCount(inputs.tensors, options.batchSize);
  const samples = fixed === null ? given : wholeBatchesOf(given, fixed);

  const gate = { on: options.gate?.on ?? "numbers", maxFlips: options.gate?.maxFlips ?? 0 };
  const { runtimes, threads, optimization } = options;
  const asTold = runtimes ?? threads ?? optimization;
  const { baseline, cells, unusedExpectations } = await runMatrix({
    runners: chooseRunners(options),
    required: runtimes ?? [],
    variants: options.variants ?? asTold === undefined,
    job: {
      modelPath,
      layersDirectory: options.layersDirectory ?? null,
      webApp: options.webApp ?? null,
      inputs: once ? inputs.tensors : firstSamples(inputs.tensors, samples),
      batchSize,
      wholeBatches: fixed !== null,
      timeoutMs: limits.timeoutMs ?? TIMEOUT_MS,
      ...(limits.memoryBytes === undefined ? {} : { memoryBytes: limits.memoryBytes }),
      ...(threads === undefined ? {} : { threads }),
      ...(optimization === undefined ? {} : { optimization }),
    },
    rules: {
      arithmetic: arithmeticOf(model),
      tolerance: options.tolerance ?? null,
      truth: inputs.truth,
      requireEp: options.requireEp ?? false,
      gate,
      once,
    },
    samples: options.samples ?? {},
    outputNames: declared.outputs.map((output) => output.name),
    modelNames: [card?.name, basename(modelPath, ".onnx"), basename(dirname(modelPath))].filter(
      (name) => name !== undefined,
    ),
    ledger,
    diagnose: options.diagnose,
    onProgress: options.onProgress ?? (() => undefined),
  });
  return {
    schema: "congruent/parity@1",
    model: { path: modelPath, sha256: sha256(bytes), name: card?.name ?? null },
    inputs: { source: sourceOf(inputs.source, samples, given, fixed), samples },
    baseline: baseline ?? cells[0]?.runtime ?? "node-cpu",
    cells,
    ...verdictOf(cells),
    attribution: attribution(cells),
    gate,
    unusedExpectations,
  };
}

/** Null says something: not to cut the inputs. */
function defaultBatch(asked: number | null | undefined): number | null {
  return asked === undefined ? BATCH_SIZE : asked;
}

/** Wrong inputs are one error now instead of one in every cell. */
function checkInputs(tensors: Tensors, declared: readonly ValueDescription[]): void {
  const anyBatch = declared.map((input) => {
    // Runners cut the samples into batches of the size that the model wants.
    const dims = input.dims && ["batch", ...input.dims.slice(1)];
    return { ...input, dims };
  });
  checkFeeds(tensors, anyBatch);
}

/** As many samples as fill batches of the one size that the model takes. */
function wholeBatchesOf(samples: number, batchSize: number): number {
  const whole = Math.floor(samples / batchSize) * batchSize;
  if (whole > 0) return whole;
  throw new CongruentError({
    code: "E_INPUT_SHAPE",
    what: `the model takes ${batchSize} samples at a time, and ${samples === 1 ? "there is" : "there are"} only ${samples}`,
    expected: `at least ${batchSize} samples`,
    fix: "give more samples, or export the model with a dynamic batch",
  });
}

function sourceOf(source: string, samples: number, given: number, fixed: number | null): string {
  if (samples === given) return source;
  return `${source}, the first ${samples} of ${given}: the model takes ${fixed} at a time`;
}

function chooseRunners({ runtimes, runners = allRunners }: ParityOptions): Runner[] {
  if (!runtimes) return [...runners];
  if (runtimes.length === 0) {
    throw new CongruentError({
      code: "E_RUNTIME_NAME",
      what: "no runtime was named",
      expected: RUNTIMES.join(", "),
    });
  }
  return [...new Set(runtimes)].map((name) => {
    const runner = runners.find((candidate) => candidate.name === name);
    if (runner) return runner;
    throw new CongruentError({
      code: "E_RUNTIME_NAME",
      what: `there is no runtime ${name}`,
      expected: `one of ${runners.map((candidate) => candidate.name).join(", ")}`,
    });
  });
}
