import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@congruent/core/files";
import type { Recipe } from "@congruent/core/schemas";
import { loadDataset, partition } from "@congruent/datasets";
import { loadTensorFlow } from "@congruent/toolchain";
import { scheduleOf } from "@congruent/trainer";
import { architecture } from "@congruent/zoo";
import { kerasNetworks } from "./keras-networks.js";

/** One training of the sprint, for any of the contenders. */
export interface SprintJob {
  network: string;
  recipe: Recipe;
  inputShape: readonly number[];
  /** uint8, row-major. */
  images: string;
  labels: string;
  testImages: string;
  testLabels: string;
  /** float32: the initial weights in tfjs' order. */
  weights: string;
  kerasNetworks: string;
  batch: number;
  epochs: number;
  /** Of every step. */
  rates: readonly number[];
  beta1: number;
  beta2: number;
  epsilon: number;
  seed: number;
  threads: number;
  /** Test accuracy at which it ends. */
  target: number;
}

export interface SprintFolder {
  /** Writes the job of one seed with a contender's configuration, and says where. */
  write(name: string, seed: number, configuration: Record<string, unknown>): Promise<string>;
  remove(): Promise<void>;
}

type Adam = Extract<Recipe["optimizer"], { name: "adam" }>;

/** The images, and for each seed the initial weights, as files: all contenders begin at the same point. */
export async function prepareSprint(
  recipe: Recipe & { optimizer: Adam },
  options: { seeds: readonly number[]; target: number; threads: number },
): Promise<SprintFolder> {
  const tf = await loadTensorFlow({ device: "cpu" });
  const dataset = await loadDataset(recipe.dataset);
  const { train, validation } = partition(dataset, recipe);
  const folder = await temporaryFolder("sprint");
  const file = async (name: string, data: Uint8Array) => {
    const path = join(folder, name);
    await writeFile(path, data);
    return path;
  };
  const network = architecture(recipe.architecture);
  const weights = new Map<number, string>();
  for (const seed of options.seeds) {
    const model = network.build(tf, { seed, classes: dataset.labels.length });
    const values = model
      .getWeights()
      .map((weight) => Buffer.from(weight.dataSync<"float32">().slice().buffer));
    weights.set(seed, await file(`weights${seed}.bin`, Buffer.concat(values)));
    model.dispose();
  }
  const stepsPerEpoch = Math.ceil(train.labels.length / recipe.batchSize);
  const { learningRate, beta1, beta2, epsilon } = recipe.optimizer;
  const schedule =
    recipe.schedule && scheduleOf(recipe.schedule, { learningRate, stepsPerEpoch, epochs: recipe.epochs });
  const job: Omit<SprintJob, "seed" | "weights"> = {
    network: recipe.architecture,
    recipe,
    inputShape: network.inputShape,
    images: await file("images.bin", Uint8Array.from(train.images.data)),
    labels: await file("labels.bin", Uint8Array.from(train.labels)),
    testImages: await file("test-images.bin", Uint8Array.from(validation.images.data)),
    testLabels: await file("test-labels.bin", Uint8Array.from(validation.labels)),
    kerasNetworks: kerasNetworks(),
    batch: recipe.batchSize,
    epochs: recipe.epochs,
    rates: Array.from({ length: stepsPerEpoch * recipe.epochs }, (_, step) =>
      schedule ? schedule(step) : learningRate,
    ),
    beta1,
    beta2,
    epsilon,
    threads: options.threads,
    target: options.target,
  };
  return {
    write: (name, seed, configuration) =>
      file(
        `${name}-${seed}.json`,
        Buffer.from(JSON.stringify({ ...job, seed, weights: weights.get(seed), configuration })),
      ),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
