/** This trainer as a contender: see python/worker.py, which says how it is talked to. */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { loadTensorFlow } from "@congruent/toolchain";
import { type Batch, createEngine, type Engine, type EngineName, optimizerOf } from "@congruent/trainer";
import { architecture } from "@congruent/zoo";
import type { Job } from "../job.js";
import type { LayersModel } from "../layers-model.js";

const CLASSES = 10;
const adam = { name: "adam", learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;

type ConfiguredJob = Job & { configuration: { engine: EngineName } };

async function main(jobFile: string): Promise<void> {
  const job = JSON.parse(await readFile(jobFile, "utf8")) as ConfiguredJob;
  const tf = await loadTensorFlow({ device: "cpu" });
  const begin = performance.now();
  const model = architecture(job.network).build(tf, { seed: job.seed, classes: CLASSES });
  setWeights(tf, model, floats(await readFile(job.weights)));
  const batches = batchesOf(job, floats(await readFile(job.images)), ints(await readFile(job.labels)));
  const engine = await createEngine(job.configuration.engine, {
    tf,
    model,
    optimizer: optimizerOf(adam),
    batchSizes: [job.batch],
    seed: job.seed,
  });
  const [first] = batches as [Batch];
  const logits = [...engine.logits(first.inputs, first.size)];
  let step = 0;
  const train = (steps: number) => {
    let loss = Number.NaN;
    for (let i = 0; i < steps; i++) {
      loss = engine.trainStep(batches[step % batches.length] as Batch).loss;
      step += 1;
    }
    return loss;
  };
  const firstLoss = train(1);
  say({
    ready: {
      preparationMs: performance.now() - begin,
      parameters: model.countParams(),
      logits,
      firstLoss,
      multiple: 1,
      versions: versionsOf(tf, engine),
    },
    peakBytes: peakBytes(),
  });
  for await (const line of createInterface({ input: process.stdin })) {
    const { steps } = JSON.parse(line) as { steps: number };
    const started = performance.now();
    const loss = train(steps);
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

function batchesOf(job: Job, images: Float32Array, labels: Int32Array): Batch[] {
  const stride = images.length / job.count;
  return Array.from({ length: Math.floor(job.count / job.batch) }, (_, i) => ({
    size: job.batch,
    inputs: images.subarray(i * job.batch * stride, (i + 1) * job.batch * stride),
    labels: labels.subarray(i * job.batch, (i + 1) * job.batch),
  }));
}

function versionsOf(tf: TensorFlow, _engine: Engine): Record<string, string> {
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

/** VmHWM, the most memory this process has held so far; null where the system does not tell. */
function peakBytes(): number | null {
  if (process.platform !== "linux") return null;
  const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync("/proc/self/status", "utf8"));
  return found ? Number(found[1]) * 1024 : null;
}

function say(message: unknown): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

await main(process.argv[2] as string);
