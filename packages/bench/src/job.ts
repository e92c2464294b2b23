import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sizeOf } from "@congruent/core";
import { temporaryFolder } from "@congruent/core/files";
import { loadDataset } from "@congruent/datasets";
import { loadTensorFlow } from "@congruent/toolchain";
import { architecture } from "@congruent/zoo";
import { kerasNetworks } from "./keras-networks.js";
import { flopsPerExample } from "./operations.js";

/** Batches that the contenders take in turn; enough that none is in the processor's cache from the last time. */
const BATCHES = 16;
const CLASSES = 10;

/** What every contender of one network starts from: a folder of files that any of them can read. */
export interface Job {
  network: string;
  batch: number;
  count: number;
  inputShape: readonly number[];
  /** float32 [count, ...inputShape], 0 to 255. */
  images: string;
  /** int32 [count]. */
  labels: string;
  /** float32: all weights in tfjs' order, each in row-major order. */
  weights: string;
  /** Where keras_networks.py lies. */
  kerasNetworks: string;
  seed: number;
  threads: number;
}

export interface PreparedJob {
  job: Job;
  /** Where its files lie, until it is removed. */
  folder: string;
  parameters: number;
  flopsPerStep: number;
  /** Logarithms of the first batch's probabilities, by tfjs itself: what every contender must find too. */
  logProbabilities: readonly number[];
  convolutional: boolean;
  /** Writes the job with a configuration for one process, and says where. */
  write(name: string, configuration: Record<string, unknown>): Promise<string>;
  remove(): Promise<void>;
}

/** Genuine images in their order, so that ReLUs pass what they pass in a training. */
export async function prepareJob(options: {
  network: string;
  batchSize: number;
  seed: number;
  threads: number;
}): Promise<PreparedJob> {
  const { network, batchSize, seed, threads } = options;
  const tf = await loadTensorFlow({ device: "cpu" });
  const model = architecture(network).build(tf, { seed, classes: CLASSES });
  const { train } = await loadDataset("mnist");
  const folder = await temporaryFolder("bench");
  const count = BATCHES * batchSize;
  const inputShape = architecture(network).inputShape;
  const [images, labels, weights] = ["images.bin", "labels.bin", "weights.bin"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const stride = sizeOf(inputShape);
  await writeFile(images, Float32Array.from(train.images.data.subarray(0, count * stride)));
  await writeFile(labels, Int32Array.from(train.labels.subarray(0, count)));
  const values = model.getWeights().map((weight) => Buffer.from(weight.dataSync<"float32">().slice().buffer));
  await writeFile(weights, Buffer.concat(values));
  const job: Job = {
    network,
    batch: batchSize,
    count,
    inputShape,
    images,
    labels,
    weights,
    kerasNetworks: kerasNetworks(),
    seed,
    threads,
  };
  const probabilities = tf.tidy(() => {
    const first = Float32Array.from(train.images.data.subarray(0, batchSize * stride));
    const output = model.predict(tf.tensor(first, [batchSize, ...inputShape]));
    return (Array.isArray(output) ? output[0] : output)?.dataSync() ?? [];
  });
  const prepared = {
    job,
    folder,
    logProbabilities: Array.from(probabilities, Math.log),
    parameters: model.countParams(),
    flopsPerStep: flopsPerExample(model) * batchSize,
    convolutional: model.layers.some((layer) => layer.getClassName() === "Conv2D"),
    write: async (name: string, configuration: Record<string, unknown>) => {
      const path = join(folder, `${name}.json`);
      await writeFile(path, JSON.stringify({ ...job, configuration }));
      return path;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  model.dispose();
  return prepared;
}
