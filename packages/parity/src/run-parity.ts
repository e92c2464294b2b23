import { basename, dirname } from "node:path";
import {
  type Batching,
  CongruentError,
  parseRuntimeId,
  RUNTIME_IDS,
  type RuntimeId,
  runtimeDefinition,
  runtimeId,
} from "@congruent/core";
import { sha256 } from "@congruent/core/files";
import type { Gate, Ledger, Optimization, ParityReport, SweepAxis } from "@congruent/core/schemas";
import { checkModel, inlineFunctions, modelInterface, readCard } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { arithmeticOf } from "./arithmetic.js";
import { attribution } from "./attribution.js";
import { checkOutputs } from "./check-outputs.js";
import { graphOf } from "./graph-of.js";
import type { GenerateOptions } from "./inputs/index.js";
import { checkLedger } from "./ledger.js";
import { runMatrix } from "./matrix.js";
import type { Diagnose, MatrixOptions, ParityProgress } from "./matrix-options.js";
import { jobThatRuns } from "./mend/job-that-runs.js";
import { mixesSamples } from "./mixes-samples.js";
import { prepareJob } from "./prepare-job.js";
import { type Runner, sampleCount, type Tensors } from "./runner.js";
import { runners as allRunners, runnerOf } from "./runners/index.js";
import type { OnnxruntimeRelease } from "./runners/install-onnxruntime.js";
import { type ShapeInputs, shapeCases } from "./shape-cases.js";
import { runSweeps } from "./sweep.js";
import { verdictOf, withSweeps } from "./verdict.js";
import { warningsOfOutputs } from "./warnings-of-outputs.js";

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
    labels?: ArrayLike<number> | undefined;
    /** How these inputs must be run, where they leave no choice; above the option of this name. */
    batching?: Batching | undefined;
    /** How they were made up, where they were: where every runtime refuses them, others are tried and taken instead. */
    generated?: GenerateOptions | undefined;
  };
  /** These runtimes, none of which may be absent. Default: all that are there. */
  runtimes?: readonly RuntimeId[] | undefined;
  /** The most samples per runtime. Default: all, but 100 for the reference and for WebGPU on a software adapter. */
  samples?: Partial<Record<RuntimeId, number>> | undefined;
  /** The ledger of known divergences. */
  ledger?: Ledger | undefined;
  /** Folder of the built apps/web, which the web runtimes need. */
  webApp?: string | undefined;
  /** Default: at most 100 samples at a time. A model that states its batch size runs as many whole batches as the samples fill. */
  batching?: Batching | undefined;
  /** Threads of one operator, for the runtimes that have a choice. Default: 1 in a browser, the runtime's own choice elsewhere. */
  threads?: number | undefined;
  /**
   * Whether runtimes are also run in their variants (the browser's WebAssembly with several threads). Default: where none of `runtimes`,
   * `threads` and `optimization` is given.
   */
  variants?: boolean | undefined;
  /** How far ONNX Runtime may rewrite the graph. Default: `all`. */
  optimization?: Optimization | undefined;
  /** Whether it is a failure if a node ran on another execution provider than its runtime's own. Default: false. */
  requireEp?: boolean | undefined;
  /** The same bound for every value, atol + rtol x the output's largest magnitude, instead of a bound from the model. */
  tolerance?: { atol: number; rtol: number } | undefined;
  /** Further releases of onnxruntime-node: each is a variant of every runtime of ONNX Runtime in Node. Default: none. */
  onnxruntimes?: readonly OnnxruntimeRelease[] | undefined;
  /** What makes a runtime fail. Default: `numbers`; with `flips` or `both`, 0 decisions may flip. */
  gate?: { on: Gate; maxFlips?: number | undefined } | undefined;
  /** Settings under which each runtime is run again, to see whether its numbers depend on them. Default: none. */
  sweep?: readonly SweepAxis[] | undefined;
  /** How the inputs of a sweep over shapes are made. Default: seed 42, guessed strategies. */
  shapeInputs?: ShapeInputs | undefined;
  /** Looks where a failing runtime goes wrong; see {@link Diagnose}. */
  diagnose?: Diagnose | undefined;
  limits?: ParityLimits | undefined;
  onProgress?: ((progress: ParityProgress) => void) | undefined;
  /** The runners to choose from; for tests and for runtimes from outside. */
  runners?: readonly Runner[] | undefined;
}

export interface ParityLimits {
  /** Per runtime. Default: 300,000. */
  timeoutMs?: number | undefined;
  /** Resident memory of a runtime's processes. Default: no limit. On Linux only. */
  memoryBytes?: number | undefined;
  /**
   * For the reference, which stops then and judges on the samples that it has done. With it a verdict depends on how fast the machine is:
   * not for checks that must be the same everywhere. Default: none but `timeoutMs`, at which it stops likewise.
   */
  referenceMs?: number | undefined;
  /**
   * For all other runtimes together, which run beside the reference: each gets an equal part of what is left, stops then, and gives the samples
   * that it has done. One of which `samples` says how many runs them all. As `referenceMs` not for checks that must be the same everywhere.
   * Default: none, and a runtime that does not do all its samples within `timeoutMs` is an error.
   */
  othersMs?: number | undefined;
}

/**
 * Runs one model on every runtime and says whether they agree.
 *
 * @throws CongruentError exit 2: `E_MODEL_NOT_FOUND`, `E_ONNX_INVALID`, `E_CARD`, `E_OUTPUT_TYPE`, `E_INPUT_*`, `E_LEDGER`, `E_RUNTIME_NAME`, `E_SWEEP`;
 * exit 3: `E_RUNTIME_UNAVAILABLE` and others for a runtime that was asked for by name and is absent. A runtime that breaks is not an error
 * but a cell; a model that all runtimes refuse is an error, `E_ONNX_INVALID`.
 */
export async function runParity(options: ParityOptions): Promise<ParityReport> {
  const { modelPath, inputs, ledger } = options;
  const { model: written, bytes } = await readModel(modelPath);
  checkModel(written, modelPath);
  const model = inlineFunctions(written);
  checkOutputs(model, modelPath);
  const card = readCard(model, modelPath);
  const declared = modelInterface(model);
  if (ledger) checkLedger(ledger);
  const prepared = prepareJob(model, options);
  let { samples, source } = prepared;
  const { job } = prepared;
  const gate = { on: options.gate?.on ?? "numbers", maxFlips: options.gate?.maxFlips ?? 0 };
  const { runtimes, threads, optimization } = options;
  const asTold = runtimes ?? threads ?? optimization;
  const variants = options.variants ?? asTold === undefined;
  const { onnxruntimes = [] } = options;
  const mixes = mixesSamples(model);
  let matrix: MatrixOptions = {
    runners: chooseRunners(options).map((runner) => withReleases(runner, variants, onnxruntimes)),
    required: runtimes ?? [],
    variants: variants || onnxruntimes.length > 0,
    job: { ...job, mixes, modelPath, layersDirectory: options.layersDirectory ?? null },
    rules: {
      arithmetic: arithmeticOf(model),
      mixes,
      tolerance: options.tolerance ?? null,
      labels: inputs.labels,
      requireEp: options.requireEp ?? false,
      gate,
      batching: job.batching,
    },
    samples: options.samples ?? {},
    budget: {
      referenceMs: options.limits?.referenceMs ?? null,
      othersMs: options.limits?.othersMs ?? null,
    },
    outputNames: declared.outputs.map((output) => output.name),
    modelNames: [card?.name, basename(modelPath, ".onnx"), basename(dirname(modelPath))].filter(
      (name) => name !== undefined,
    ),
    ledger,
    diagnose: options.diagnose,
    onProgress: options.onProgress ?? (() => undefined),
  };
  const { sweep: axes = [] } = options;
  // Before anything runs, so that a model without a dynamic axis is refused at once.
  const shapes = axes.includes("shapes")
    ? shapeCases(model, job, { range: card?.input.range, ...options.shapeInputs })
    : [];
  const warnings: string[] = [];
  let found = await runMatrix(matrix);
  const mended = await jobThatRuns({
    model,
    job: matrix.job,
    runs: found.runs,
    generated: inputs.generated,
  });
  if (mended) warnings.push(mended.warning);
  if (mended?.instead) {
    const { inputs: tensors, batching } = mended.instead;
    const run = Object.values(tensors)[0]?.dims[0] ?? 1;
    source = mended.instead.source ?? (run < samples ? `${source}, the first ${run} of ${samples}` : source);
    samples = sampleCount(tensors, batching);
    matrix = {
      ...matrix,
      job: { ...matrix.job, inputs: tensors, batching },
      rules: { ...matrix.rules, batching, labels: batching.mode === "once" ? undefined : inputs.labels },
    };
    found = await runMatrix(matrix);
  }
  const { baseline, cells, notes, open, unusedExpectations, ...ran } = found;
  const { baselineRun } = ran;
  if (baselineRun) {
    warnings.push(...warningsOfOutputs(baselineRun.result.outputs, declared.outputs, matrix.job.batching));
  }
  const sweeps = await runSweeps({ axes, shapes, matrix, ...ran });
  return {
    schema: "congruent/parity@1",
    model: { path: modelPath, sha256: sha256(bytes), name: card?.name ?? null },
    inputs: { source, samples },
    baseline: baseline ?? (cells[0] ? runtimeId(cells[0]) : "node-cpu"),
    cells,
    ...withSweeps(
      mended && !mended.instead && !baselineRun
        ? { verdict: "inconclusive", because: mended.warning }
        : verdictOf(cells, { open }),
      cells,
      sweeps,
    ),
    attribution: attribution(cells),
    notes,
    gate,
    unusedExpectations,
    sweeps,
    graph: graphOf(model),
    regression: null,
    warnings,
    steps: null,
  };
}

/** A runtime of ONNX Runtime in Node in each of some releases; others as they are. */
function withReleases(runner: Runner, variants: boolean, releases: readonly OnnxruntimeRelease[]): Runner {
  const own = variants ? (runner.variants ?? []) : [];
  const inNode = runner.browser === null && runtimeDefinition(runner.runtime).ort !== null;
  const further = releases.map(({ version, directory }) => ({
    name: `onnxruntime ${version}`,
    job: { onnxruntime: directory },
  }));
  return { ...runner, variants: inNode ? [...own, ...further] : own };
}

function chooseRunners({ runtimes, runners = allRunners }: ParityOptions): Runner[] {
  // Recorded outputs are a runtime of their own only where a file of them was given.
  if (!runtimes) return runners.filter(({ runtime, named }) => runtime !== "recorded" || named);
  if (runtimes.length === 0) {
    throw new CongruentError({
      code: "E_RUNTIME_NAME",
      what: "no runtime was named",
      expected: RUNTIME_IDS.join(", "),
    });
  }
  return [...new Set(runtimes.map((text) => runtimeId(parseRuntimeId(text))))].map((id) =>
    runnerOf(id, runners),
  );
}
