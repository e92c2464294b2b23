/** Inputs checked against a model, and cut to what it takes. */
import { type Batching, CongruentError } from "@congruent/core";
import type { Optimization } from "@congruent/core/schemas";
import { type ModelProto, modelInterface, type ValueDescription } from "@congruent/onnx";
import { checkFeeds } from "@congruent/runtime";
import { firstSamples, type RunnerJob, sampleCount, type Tensors } from "./runner.js";

export interface PreparedJob {
  job: Omit<RunnerJob, "cap" | "modelPath" | "layersDirectory">;
  /** How many of the inputs' samples take part. */
  samples: number;
  /** What a report says of the inputs: their source, and how many of them were left out. */
  source: string;
}

/** The options of `runParity` from which a job is made. */
interface JobOptions {
  inputs: { source: string; tensors: Tensors; batching?: Batching | undefined };
  webApp?: string | undefined;
  batching?: Batching | undefined;
  limits?: { timeoutMs?: number | undefined; memoryBytes?: number | undefined } | undefined;
  threads?: number | undefined;
  optimization?: Optimization | undefined;
}

const TIMEOUT_MS = 300_000;
const DEFAULT_BATCHING: Batching = { mode: "split", size: 100 };

/** @throws CongruentError `E_INPUT_NAME`, `E_INPUT_DTYPE`, `E_INPUT_SHAPE` */
export function prepareJob(model: ModelProto, options: JobOptions): PreparedJob {
  const { inputs, threads, optimization, limits = {} } = options;
  const declared = modelInterface(model).inputs;
  const batching = batchingOf(declared, inputs.batching ?? options.batching ?? DEFAULT_BATCHING);
  if (batching.mode === "once") checkFeeds(inputs.tensors, declared);
  else checkInputs(inputs.tensors, declared);
  const given = sampleCount(inputs.tensors, batching);
  const samples = batching.mode === "fixed" ? wholeBatchesOf(given, batching.size) : given;
  return {
    samples,
    source: sourceOf(inputs.source, samples, given, batching),
    job: {
      webApp: options.webApp ?? null,
      inputs: batching.mode === "once" ? inputs.tensors : firstSamples(inputs.tensors, samples),
      batching,
      timeoutMs: limits.timeoutMs ?? TIMEOUT_MS,
      ...(limits.memoryBytes === undefined ? {} : { memoryBytes: limits.memoryBytes }),
      ...(threads === undefined ? {} : { threads }),
      ...(optimization === undefined ? {} : { optimization }),
    },
  };
}

/** A model that states the size of its batches takes no other. */
function batchingOf(declared: readonly ValueDescription[], asked: Batching): Batching {
  const first = declared[0]?.dims?.[0];
  return asked.mode !== "once" && typeof first === "number" ? { mode: "fixed", size: first } : asked;
}

/** Checks the inputs once, instead of once per cell. */
function checkInputs(tensors: Tensors, declared: readonly ValueDescription[]): void {
  const anyBatch = declared.map((input) => {
    // Runners cut the samples into batches of the size that the model wants.
    const dims = input.dims && [null, ...input.dims.slice(1)];
    return { ...input, dims };
  });
  checkFeeds(tensors, anyBatch);
  const counts = new Map(Object.entries(tensors).map(([name, { dims }]) => [dims[0] ?? 1, name]));
  if (counts.size <= 1) return;
  throw new CongruentError({
    code: "E_INPUT_SHAPE",
    what: `the inputs have different numbers of samples: ${[...counts].map(([count, name]) => `${count} (${name})`).join(", ")}`,
    expected: "one number of samples in the first axis of every input",
    fix: "give as many rows of each; or, where these are the inputs of one run, say --once (once: true)",
  });
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

function sourceOf(source: string, samples: number, given: number, batching: Batching): string {
  if (batching.mode !== "fixed" || samples === given) return source;
  return `${source}, the first ${samples} of ${given}: the model takes ${batching.size} at a time`;
}
