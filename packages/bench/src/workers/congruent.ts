/** This trainer as a contender: see python/worker.py, which says how it is talked to. */
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { sizeOf } from "@congruent/core";
import { loadTensorFlow } from "@congruent/toolchain";
import {
  type Column,
  computationOf,
  createEngine,
  type EngineName,
  type Examples,
  type Kernels,
  objectiveOf,
  optimizerOf,
} from "@congruent/trainer";
import { architecture } from "@congruent/zoo";
import type { Job } from "../job.js";
import type { LayersModel } from "../layers-model.js";
import { peakBytes } from "./peak-bytes.js";

const CLASSES = 10;
const adam = { name: "adam", learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

type ConfiguredJob = Job & {
  configuration: {
    engine: EngineName;
    precision?: "float32" | "mixedBfloat16";
    /** Instead of what the zoo says. */
    sideBySide?: boolean;
    /** Instead of what the processor says. */
    kernels?: Kernels;
    graphDirectory?: string;
  };
};

async function main(jobFile: string): Promise<void> {
  const job = JSON.parse(await readFile(jobFile, "utf8")) as ConfiguredJob;
  const { build, ...network } = architecture(job.network);
  const { engine: name, sideBySide = network.sideBySide ?? false } = job.configuration;
  const computation = computationOf({ sideBySide, batchSize: job.batch, engine: name });
  const tf = await loadTensorFlow({ device: "cpu", threads: computation.threads });
  const begin = performance.now();
  const model = build(tf, { seed: job.seed, classes: CLASSES });
  setWeights(tf, model, floats(await readFile(job.weights)));
  const train = examplesOf(job, floats(await readFile(job.images)), ints(await readFile(job.labels)));
  const engine = await createEngine(name, {
    tf,
    model,
    objective: objectiveOf(model, { loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] }),
    train,
    validation: null,
    optimizer: optimizerOf(adam),
    batchSizes: [job.batch],
    batchParts: computation.batchParts,
    kernels: job.configuration.kernels ?? computation.kernels,
    precision: job.configuration.precision,
    seed: job.seed,
    graphDirectory: job.configuration.graphDirectory,
  });
  const [probabilities] = engine.predict(firstRows(train.inputs, job.batch), job.batch) as [Float32Array];
  const batches = positionsOf(job);
  let step = 0;
  const run = (steps: number) => {
    let loss = Number.NaN;
    for (let i = 0; i < steps; i++) {
      loss = engine.trainStep(batches[step % batches.length] as Int32Array)[0] as number;
      step += 1;
    }
    return loss;
  };
  const firstLoss = run(1);
  say({
    ready: {
      preparationMs: performance.now() - begin,
      parameters: model.countParams(),
      logProbabilities: Array.from(probabilities, Math.log),
      firstLoss,
      multiple: 1,
      computation,
      versions: versionsOf(tf),
    },
    peakBytes: peakBytes(),
  });
  for await (const line of createInterface({ input: process.stdin })) {
    const { steps } = JSON.parse(line) as { steps: number };
    const started = performance.now();
    const loss = run(steps);
    say({ milliseconds: performance.now() - started, loss, peakBytes: peakBytes() });
  }
}

type TensorFlow = Awaited<ReturnType<typeof loadTensorFlow>>;

function setWeights(tf: TensorFlow, model: LayersModel, values: Float32Array): void {
  let at = 0;
  const tensors = model.getWeights().map(({ shape, size }) => {
    const part = values.subarray(at, at + size);
    at += size;
    return tf.tensor(part, shape);
  });
  model.setWeights(tensors);
  tf.dispose(tensors);
}

/** Pixels as bytes, as they come from the data set: the graph keeps them and makes floats of a batch. */
function examplesOf(job: Job, images: Float32Array, labels: Int32Array): Examples {
  const pixels: Column = { dtype: "uint8", shape: job.inputShape, data: Uint8Array.from(images) };
  const targets: Column = { dtype: "int32", shape: [], data: labels };
  return { count: job.count, inputs: [pixels], targets: [targets], weights: [] };
}

function firstRows(columns: readonly Column[], count: number): Column[] {
  return columns.map((column) => {
    const stride = sizeOf(column.shape);
    return { ...column, data: column.data.slice(0, count * stride) };
  });
}

/** The examples of each batch, in their order. */
function positionsOf({ count, batch }: Job): Int32Array[] {
  return Array.from({ length: Math.floor(count / batch) }, (_, i) =>
    Int32Array.from({ length: batch }, (_, k) => i * batch + k),
  );
}

function versionsOf(tf: TensorFlow): Record<string, string> {
  const { binding } = tf.backend() as unknown as { binding: { TF_Version: string } };
  return {
    tensorflow: binding.TF_Version,
    "tfjs-node": tf.version["tfjs-node"] ?? "unknown",
    node: process.versions.node,
  };
}

function floats(bytes: Buffer): Float32Array {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function ints(bytes: Buffer): Int32Array {
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

function say(message: unknown): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

await main(process.argv[2] as string);
