import {
  type Batching,
  CongruentError,
  type Kernels,
  type RuntimeInBrowser,
  rows,
  runtimeId,
  type Tensor,
} from "@congruent/core";
import type { Optimization, ParityCell, Placement, SessionSettings } from "@congruent/core/schemas";
import type { Part } from "./run-in-parts.js";

export type Tensors = Record<string, Tensor>;

/**
 * What has happened before the outputs that are handed back:
 * - `again`: the same session has run the same inputs before;
 * - `reopened`: another session of the model was opened, run and closed;
 * - `shapes`: the same session has run other batch sizes in between;
 * - `together`: three other sessions of the model are open, and run at the same time.
 */
export type History = "again" | "reopened" | "shapes" | "together";

/** What every runner gets. */
export interface RunnerJob {
  /** The ONNX file. */
  modelPath: string;
  /** The tfjs layers model that the ONNX file was made from; null where there is none. */
  layersDirectory: string | null;
  /** The built apps/web; null where it is not available. */
  webApp: string | null;
  /** By name, each [samples, …] where they are cut into batches. */
  inputs: Tensors;
  batching: Batching;
  /** The most samples to run. Null: the runner decides; it runs all unless it is slow. */
  cap: number | null;
  /** For the whole run, start of the process or browser included. */
  timeoutMs: number;
  /**
   * Milliseconds after which it stops and gives the samples that it has done: they count. It may cut batches smaller then, for that there are
   * some. Default: none, and all samples must be done in `timeoutMs` (but those of the reference always count).
   */
  budgetMs?: number | undefined;
  /** Whether one sample's outputs may depend on the others of its batch, so that batches are run as they are told. Default: false. */
  mixes?: boolean;
  /** Ends the run. */
  signal?: AbortSignal | undefined;
  /** Told while it runs, by runtimes that can tell: samples done, of how many, and about how many seconds the rest takes. */
  onDone?: (done: { samples: number; of: number; secondsLeft: number }) => void;
  /** Of the process and its children, or of the browser's. Default: no limit. */
  memoryBytes?: number;
  /** Threads of one operator. Default: 1 in a browser, the runtime's own choice elsewhere. */
  threads?: number;
  /** How far ONNX Runtime may rewrite the graph. Default: `all`. */
  optimization?: Optimization;
  /** What ONNX Runtime is told besides, in its own words. Default: nothing. */
  session?: SessionSettings | undefined;
  /** Node only: the folder of another release of onnxruntime-node. Default: the one that @congruent/runtime depends on. */
  onnxruntime?: string | undefined;
  /** Node only: what has happened in the process before the outputs that count. Default: nothing. */
  history?: History | undefined;
  /** Only times are needed: no profile is kept, as it would slow down the first run, so `placement` is null. */
  timed?: boolean;
}

/** How long a runtime took, in milliseconds. */
export interface Timings {
  /** Until the model could run: the runtime's own start and compilation included, that of the process or page not. */
  load: number;
  /** Each run of one batch, in order; the first ones are slower. */
  runs: number[];
}

/** How far a correct runtime may be from one output of the reference. */
export interface ReferenceBound {
  /** The values before they were rounded to the output's type. */
  exact: Tensor<"float64">;
  /** How far a correct runtime may be off, element by element; infinite where it is not known. */
  errors: Tensor<"float64">;
  why: string;
}

export interface RunnerResult {
  outputs: Tensors;
  /** How many samples were run: the first ones. */
  samples: number;
  /** Of how many these are those that it did in its time; null or absent where it did all. */
  cut?: ParityCell["cut"];
  versions: Record<string, string>;
  adapter: string | null;
  /** The GPU driver's name and version, where the platform tells it. */
  driver?: string | null;
  /** Threads of one operator; null or absent where the runtime chose by itself. */
  threads?: number | null;
  /** How far the graph was rewritten; null or absent where nothing rewrites it. */
  optimization?: Optimization | null;
  /** Where the nodes ran; null or absent where the runtime does not report it. */
  placement?: Placement | null;
  /** By the reference alone: how far other runtimes may be from each output. Absent: the rule for two runtimes holds. */
  bounds?: Record<string, ReferenceBound>;
  /** Inference alone, where the runner can tell; else the whole run. */
  seconds: number;
  /** Absent where the runner cannot tell. */
  timings?: Timings;
}

/** One way to run a runtime. */
export interface RunnerVariant {
  /** As reports name it, such as "2 threads"; null for the runtime as it is by default. */
  name: string | null;
  job: Pick<RunnerJob, "threads" | "optimization" | "onnxruntime">;
}

/**
 * One runtime, in one browser if it runs on a page. `run` rejects with a CongruentError of exit 3 if the runtime is absent here, and with
 * any other error if it is present and failed. A crash of the runtime never ends the process that calls `run`.
 */
export interface Runner extends RuntimeInBrowser {
  /** Whose arithmetic it is. Default: that of the runtime's definition. */
  kernels?: Kernels;
  /** Whether it takes a number of threads. Default: as the runtime's definition says. */
  threaded?: boolean;
  /** It computes in double precision: the others are compared with it. Default: false. */
  isReference?: boolean;
  /** It runs the model that the ONNX file was made from, and cannot run a part of it. */
  wholeOnly?: boolean;
  /** What sets its cell apart, where there is no other way to run it: the file of recorded outputs. Default: null. */
  named?: string | null;
  /** Other ways to run it that a matrix shows beside the default. */
  variants?: readonly RunnerVariant[];
  run(job: RunnerJob): Promise<RunnerResult>;
}

/**
 * Samples for a WebGPU adapter without a GPU, which is some hundred times slower than one, where the job has no cap: as many as the reference
 * takes, which decides on them.
 */
const SOFTWARE_SAMPLES = 100;

/** Whether an adapter's description is that of a program instead of a GPU. */
export function isSoftware(adapter: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|software|basic render|\bwarp\b/i.test(adapter);
}

/** Inputs that are run once are one sample, for any meaning of their first axes. */
export function sampleCount(inputs: Tensors, batching: Batching): number {
  if (batching.mode === "once") return 1;
  return Object.values(inputs)[0]?.dims[0] ?? 0;
}

/** The inputs' first samples, as many as the job and the adapter allow; of a model with fixed batches at least one of them. */
export function takeSamples(job: RunnerJob, software = false): Tensors {
  const { inputs, batching, cap } = job;
  if (batching.mode === "once") return inputs;
  const most = cap ?? (software ? SOFTWARE_SAMPLES : Number.POSITIVE_INFINITY);
  const count = Math.min(most, sampleCount(inputs, batching));
  if (batching.mode === "split") return firstSamples(inputs, count);
  return firstSamples(inputs, Math.max(1, Math.floor(count / batching.size)) * batching.size);
}

export function firstSamples(tensors: Tensors, count: number): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, rows(value, 0, count)]));
}

/** Whether a runner may cut batches smaller, so that it has some samples to show when its time is over. */
export function mayGrow({ budgetMs, batching, mixes = false }: RunnerJob): boolean {
  return budgetMs !== undefined && batching.mode === "split" && !mixes;
}

export function timingsOf(parts: readonly (Part & { load: number })[]): Timings {
  return { load: parts[0]?.load ?? 0, runs: parts.map(({ milliseconds }) => milliseconds) };
}

export function unavailable(runner: RuntimeInBrowser, why: string, fix: string): CongruentError {
  return new CongruentError({
    code: "E_RUNTIME_UNAVAILABLE",
    what: `the runtime ${runtimeId(runner)} cannot be used: ${why}`,
    fix,
    exit: 3,
  });
}
