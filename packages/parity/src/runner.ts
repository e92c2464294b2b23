import {
  CongruentError,
  type Kernels,
  type Optimization,
  type Placement,
  type RuntimeName,
  rows,
  type Tensor,
} from "@congruent/core";

export type Tensors = Record<string, Tensor>;

/** What every runner gets. */
export interface RunnerJob {
  /** The ONNX file. */
  modelPath: string;
  /** The tfjs layers model that the ONNX file was made from; null where there is none. */
  layersDirectory: string | null;
  /** The built apps/web; null where it is not at hand. */
  webApp: string | null;
  /** By name, each [samples, …] where they are cut into batches. */
  inputs: Tensors;
  /** Samples at a time; null runs the model once on the inputs as they are, whatever their first axes mean. */
  batchSize: number | null;
  /** The model takes `batchSize` samples at a time and no other number. */
  wholeBatches: boolean;
  /** At most so many samples; null leaves it to the runner, which takes all unless it is slow. */
  cap: number | null;
  /** For the whole run, start of the process or browser included. */
  timeoutMs: number;
  /** Of the process and its children, or of the browser's; no limit unless told. */
  memoryBytes?: number;
  /** Threads of one operator; 1 in a browser and the runtime's own choice elsewhere unless told. */
  threads?: number;
  /** How far ONNX Runtime may rewrite the graph; `all` unless told. */
  optimization?: Optimization;
  /** Only times are wanted: no profile is kept, which would slow the first run, so `placement` is null. */
  timed?: boolean;
}

/** How long a runtime took, in milliseconds. */
export interface Timings {
  /** Until the model could run: the runtime's own start and compilation included, that of the process or page not. */
  load: number;
  /** Each run of one batch, in order; the first ones are slower. */
  runs: number[];
}

/** What the truth knows of one output. */
export interface TruthBound {
  /** The values before they were rounded to the output's type. */
  exact: Tensor<"float64">;
  /** How far a correct runtime may be off, element by element; infinite where nothing can be said. */
  errors: Tensor<"float64">;
  why: string;
}

export interface RunnerResult {
  outputs: Tensors;
  /** How many samples were run: the first ones. */
  samples: number;
  versions: Record<string, string>;
  adapter: string | null;
  /** The GPU driver's name and version, where the platform tells it. */
  driver?: string | null;
  /** Threads of one operator; null or absent where the runtime chose by itself. */
  threads?: number | null;
  /** How far the graph was rewritten; null or absent where nothing rewrites it. */
  optimization?: Optimization | null;
  /** Where the nodes ran; null or absent where the runtime does not tell. */
  placement?: Placement | null;
  /** Of a truth: how far others may be from each output; absent where it knows no better than the rule for runtimes among themselves. */
  bounds?: Record<string, TruthBound>;
  /** Inference alone, where the runner can tell; else the whole run. */
  seconds: number;
  /** Absent where the runner cannot tell. */
  timings?: Timings;
}

/** One way to run a runtime. */
export interface RunnerVariant {
  /** As reports name it, such as "2 threads"; null for the runtime as it is by default. */
  name: string | null;
  job: Pick<RunnerJob, "threads" | "optimization">;
}

/**
 * One runtime. `run` rejects with a CongruentError of exit 3 where the runtime is absent here, and with any other error where it is
 * there and failed; it never ends the process that calls it, whatever the runtime does.
 */
export interface Runner {
  name: RuntimeName;
  /** Whose arithmetic it is: runtimes that share it are no independent witnesses. */
  kernels: Kernels;
  /** It computes in double precision: what the others are held against. */
  truth?: boolean;
  /** It takes a number of threads; not unless told. */
  threaded?: boolean;
  /** It runs the model that the ONNX file was made from, and no part of it. */
  wholeOnly?: boolean;
  /** Other ways to run it that a matrix shows beside the default. */
  variants?: readonly RunnerVariant[];
  run(job: RunnerJob): Promise<RunnerResult>;
}

/** Samples that a WebGPU adapter without a GPU gets unless told: it is some hundred times slower than one. */
const SOFTWARE_SAMPLES = 500;

/** Whether an adapter's description is that of a program instead of a GPU. */
export function isSoftware(adapter: string): boolean {
  return /swiftshader|llvmpipe|lavapipe|software|basic render|\bwarp\b/i.test(adapter);
}

/** Of inputs that are run at once, whatever their first axes mean, there is one. */
export function sampleCount(inputs: Tensors, batchSize?: number | null): number {
  if (batchSize === null) return 1;
  return Object.values(inputs)[0]?.dims[0] ?? 0;
}

/** The inputs' first samples, as many as the job and the adapter allow; of a model with fixed batches at least one of them. */
export function takeSamples(job: RunnerJob, software = false): Tensors {
  if (job.batchSize === null) return job.inputs;
  const most = job.cap ?? (software ? SOFTWARE_SAMPLES : Number.POSITIVE_INFINITY);
  const count = Math.min(most, sampleCount(job.inputs));
  const whole = Math.max(1, Math.floor(count / job.batchSize)) * job.batchSize;
  return firstSamples(job.inputs, job.wholeBatches ? whole : count);
}

export function firstSamples(tensors: Tensors, count: number): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name, rows(value, 0, count)]));
}

export function unavailable(name: RuntimeName, why: string, fix: string): CongruentError {
  return new CongruentError({
    code: "E_RUNTIME_UNAVAILABLE",
    what: `the runtime ${name} cannot be used: ${why}`,
    fix,
    exit: 3,
  });
}
