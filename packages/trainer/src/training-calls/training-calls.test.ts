/** @needs tensorflow */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { EagerEngine } from "../engines/eager.js";
import { type Engine, enginePartsOf } from "../engines/engine.js";
import { GraphEngine } from "../engines/graph.js";
import type { Layer } from "../model/every-layer.js";
import { TrainableModel } from "../model/trainable-model.js";
import { optimizerOf } from "../optimizers/optimizer-of.js";
import type { LayersModel, Tensor, TensorFlow } from "../tensorflow.js";
import { type Batch, classification } from "../testing/batches.js";
import { seeded, seededUnits } from "../testing/parts.js";
import { drawKey } from "./draws.js";
import { withTrainingCalls } from "./index.js";

jest.setTimeout(timeLimits.training);

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

/** Random layers of tfjs between two dense layers, by what they are applied to. */
const layers: Record<string, () => Layer[]> = {
  Dropout: () => [tf.layers.dropout({ rate: 0.4 })],
  "Dropout with a noise shape": () => [
    tf.layers.reshape({ targetShape: [4, 8] }),
    tf.layers.dropout({ rate: 0.4, noiseShape: [null as never, 1, 8] }),
    tf.layers.flatten(),
  ],
  "Dropout with a seed": () => [tf.layers.dropout({ rate: 0.4, seed: 3 })],
  SpatialDropout1D: () => [
    tf.layers.reshape({ targetShape: [4, 8] }),
    tf.layers.spatialDropout1d({ rate: 0.4 } as never),
    tf.layers.flatten(),
  ],
  GaussianNoise: () => [tf.layers.gaussianNoise({ stddev: 0.3 })],
  GaussianDropout: () => [tf.layers.gaussianDropout({ rate: 0.3 })],
  AlphaDropout: () => [tf.layers.alphaDropout({ rate: 0.3 })],
  "a nested model": () => [
    tf.sequential({
      layers: [tf.layers.inputLayer({ inputShape: [32] }), tf.layers.dropout({ rate: 0.4 })],
    }) as unknown as Layer,
  ],
  TimeDistributed: () => [
    tf.layers.reshape({ targetShape: [4, 8] }),
    tf.layers.timeDistributed({ layer: tf.layers.dropout({ rate: 0.4 }) }),
    tf.layers.flatten(),
  ],
};

const cell = (seed: number) => seededUnits(tf, 8, seed);
const dropping = { dropout: 0.4, recurrentDropout: 0.3 };
/** Layers of sequences whose cells drop inputs and states. */
const recurrent: Record<string, () => Layer> = {
  simpleRNN: () => tf.layers.simpleRNN({ ...cell(3), ...dropping }),
  gru: () => tf.layers.gru({ ...cell(3), ...dropping }),
  lstm: () => tf.layers.lstm({ ...cell(3), ...dropping }),
  bidirectional: () =>
    tf.layers.bidirectional({ layer: tf.layers.gru({ ...cell(3), dropout: 0.4 }) as never }),
  "stacked cells": () => {
    const cells = [
      tf.layers.lstmCell({ ...cell(3), ...dropping }),
      tf.layers.gruCell({ ...cell(5), ...dropping }),
    ];
    return tf.layers.rnn({ cell: cells });
  },
};
for (const [name, make] of Object.entries(recurrent)) {
  layers[`dropout in ${name}`] = () => [tf.layers.reshape({ targetShape: [4, 8] }), make()];
}
layers["dropout in convLstm2d"] = () => [
  tf.layers.reshape({ targetShape: [2, 4, 4, 1] }),
  tf.layers.convLstm2d({ ...cell(3), ...dropping, filters: 2, kernelSize: 2 }) as never,
  tf.layers.flatten(),
];

function modelWith(random: Layer[]): LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.rescaling({ scale: 1 / 255, inputShape: [8, 8, 1] }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 32, activation: "tanh", kernelInitializer: seeded(tf, 1) }),
      ...random,
      tf.layers.dense({ units: 4, activation: "softmax", kernelInitializer: seeded(tf, 2) }),
    ],
  });
}

const batch: Batch = {
  size: 16,
  inputs: Float32Array.from({ length: 16 * 64 }, (_, i) => (i * 37) % 256),
  labels: Int32Array.from({ length: 16 }, (_, i) => i % 4),
};
/** A learning rate too small to move float32 weights: losses differ from step to step by the masks alone. */
const still = () =>
  optimizerOf({ name: "adam", learningRate: 1e-20, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 });
const options = (random: Layer[], seed = 1) => ({
  tf,
  ...classification(modelWith(random), [batch]),
  optimizer: still(),
  seed,
});
const positions = Int32Array.from({ length: 16 }, (_, i) => i);
const losses = (engine: Engine, steps = 4) => {
  const all = Array.from({ length: steps }, () => engine.trainStep(positions)[0] as number);
  engine.close();
  return all;
};

describe.each(Object.keys(layers))("%s", (name) => {
  const make = () => (layers[name] as () => Layer[])();

  it("draws the same in both engines and from the same seed, other numbers in every step and from another seed", async () => {
    const graph = losses(await GraphEngine.create(enginePartsOf(options(make()))));
    const eager = losses(new EagerEngine(enginePartsOf(options(make()))));
    // The draws are equal bit by bit; sums of 64 products of the order of 1 are taken in another order.
    graph.forEach((loss, step) => {
      expect(Math.abs(loss - (eager[step] as number))).toBeLessThan(1e-5);
    });
    for (const [i, a] of graph.entries())
      for (const b of graph.slice(i + 1)) expect(Math.abs(a - b)).toBeGreaterThan(1e-4);
    expect(losses(await GraphEngine.create(enginePartsOf(options(make()))))).toEqual(graph);
    expect(losses(await GraphEngine.create(enginePartsOf(options(make(), 2))))[0]).not.toBeCloseTo(
      graph[0] as number,
      4,
    );
  });
});

/** One training pass of a layer on ones. */
function applied(layer: Layer, shape: number[], step = 1, seed = 1): Tensor {
  const input = tf.input({ shape: shape.slice(1) });
  const model = tf.model({ inputs: input, outputs: layer.apply(input) as ReturnType<typeof tf.input> });
  return tf.tidy(() =>
    withTrainingCalls(
      new TrainableModel(tf, model),
      { seed, step: tf.scalar(step, "int32") },
      () => model.apply(tf.ones(shape), { training: true }) as Tensor,
    ),
  );
}

const moments = (values: ArrayLike<number>) => {
  const all = Array.from(values);
  const mean = all.reduce((a, b) => a + b, 0) / all.length;
  return { mean, variance: all.reduce((a, b) => a + (b - mean) ** 2, 0) / all.length };
};

describe("what is drawn", () => {
  // 40,000 draws: a mean lies within 5 standard errors (variance / 200 each) in all but 6e-7 of the seeds.
  const SHAPE = [100, 400];
  const error = (variance: number) => (5 * Math.sqrt(variance)) / 200;

  it("by Dropout is 0 or 1 / (1 - rate), a share of `rate` being 0", () => {
    const values = applied(tf.layers.dropout({ rate: 0.3 }), SHAPE).dataSync();
    expect([...new Set(values)].sort()).toEqual([0, Math.fround(1 / 0.7)]);
    expect(Math.abs(moments(values).mean - 1)).toBeLessThan(error(0.3 / 0.7));
  });

  it("by Gaussian layers has the mean and variance of Keras' documentation", () => {
    const noise = moments(applied(tf.layers.gaussianNoise({ stddev: 0.5 }), SHAPE).dataSync());
    expect(Math.abs(noise.mean - 1)).toBeLessThan(error(0.25));
    // The variance of a normal sample's variance is 2 σ⁴ / n.
    expect(Math.abs(noise.variance - 0.25)).toBeLessThan(error(2 * 0.25 ** 2));
    const product = moments(applied(tf.layers.gaussianDropout({ rate: 0.2 }), SHAPE).dataSync());
    expect(Math.abs(product.mean - 1)).toBeLessThan(error(0.25));
    expect(Math.abs(product.variance - 0.25)).toBeLessThan(error(2 * 0.25 ** 2));
  });

  it("by AlphaDropout takes the two values of Klambauer et al. (2017)", () => {
    const rate = 0.1;
    const saturation = -1.6732632423543772 * 1.0507009873554805;
    const a = ((1 - rate) * (1 + rate * saturation ** 2)) ** -0.5;
    const b = -a * saturation * rate;
    const values = [...new Set(applied(tf.layers.alphaDropout({ rate }), SHAPE).dataSync())].sort(
      (x, y) => x - y,
    );
    expect(values).toHaveLength(2);
    expect(Math.abs((values[0] as number) - (a * saturation + b))).toBeLessThan(1e-6);
    expect(Math.abs((values[1] as number) - (a + b))).toBeLessThan(1e-6);
  });

  it("is shared along the dimensions that a noise shape makes 1", () => {
    const values = applied(tf.layers.spatialDropout1d({ rate: 0.5 } as never), [2, 3, 50]);
    const [first, second, third] = tf.unstack(values, 1).map((row) => [...row.dataSync()]);
    expect(first).toEqual(second);
    expect(first).toEqual(third);
    expect(new Set(first).size).toBe(2);
  });

  /** A cell that gives what it is given. */
  const passing = (units: number) =>
    tf.layers.simpleRNN({
      units,
      activation: "linear",
      kernelInitializer: "identity",
      recurrentInitializer: "zeros",
      returnSequences: true,
      dropout: 0.3,
    });

  it("in a recurrent layer is what Dropout draws, the same for every time step", () => {
    const values = applied(passing(400), [100, 1, 400]).dataSync();
    expect([...new Set(values)].sort()).toEqual([0, Math.fround(1 / 0.7)]);
    expect(Math.abs(moments(values).mean - 1)).toBeLessThan(error(0.3 / 0.7));
    const [first, second] = tf.unstack(applied(passing(50), [1, 2, 50]), 1).map((row) => [...row.dataSync()]);
    expect(first).toEqual(second);
  });

  it("is not the same twice where a layer is applied twice", () => {
    const shared = tf.layers.dropout({ rate: 0.5 });
    const twice = {
      apply: (x: unknown) =>
        tf.layers.concatenate().apply([shared.apply(x as never), shared.apply(x as never)] as never),
    };
    const values = applied(twice as unknown as Layer, [1, 64]).dataSync();
    expect([...values.slice(0, 64)]).not.toEqual([...values.slice(64)]);
  });

  it("at a rate of 1 is nothing; at 0 everything stays", () => {
    expect(moments(applied(tf.layers.dropout({ rate: 1 }), [2, 8]).dataSync())).toEqual({
      mean: 0,
      variance: 0,
    });
    expect(moments(applied(tf.layers.dropout({ rate: 0 }), [2, 8]).dataSync())).toEqual({
      mean: 1,
      variance: 0,
    });
  });
});

it("inference is the layer's own", () => {
  const model = modelWith([tf.layers.dropout({ rate: 0.5 })]);
  const x = tf.tensor(batch.inputs, [16, 8, 8, 1]);
  const plain = (model.predict(x) as Tensor).dataSync();
  const key = { seed: 1, step: tf.scalar(1, "int32") };
  const within = withTrainingCalls(
    new TrainableModel(tf, model),
    key,
    () => model.apply(x, { training: false }) as Tensor,
  ).dataSync();
  expect(within).toEqual(plain);
  expect(Object.keys(model.layers[3] as object)).not.toContain("call");
});

it("masks of cells that were given to a layer do not outlive a pass, as they do in tfjs", () => {
  const random = tf.layers.rnn({ cell: [tf.layers.lstmCell({ ...cell(3), ...dropping })] });
  const given = options([tf.layers.reshape({ targetShape: [4, 8] }), random]);
  const engine = new EagerEngine(enginePartsOf(given));
  const predicted = (size: number) => engine.predict(given.train?.inputs ?? [], size)[0]?.slice(0, 4);
  const before = predicted(16);
  engine.trainStep(positions);
  // The learning rate is too small to move a weight: what differs would be dropped.
  expect(predicted(16)).toEqual(before);
  expect(predicted(8)).toHaveLength(4);
  engine.close();
});

it("keys of neighbors differ in about half of their bits", () => {
  const bits = (a: number, b: number) => ((a ^ b) >>> 0).toString(2).replace(/[^1]/g, "").length;
  const keys = Array.from({ length: 200 }, (_, i) => drawKey(i >> 4, i & 15));
  expect(new Set(keys).size).toBe(200);
  const distances = keys.slice(1).map((key, i) => bits(key, keys[i] as number));
  // 199 sums of 32 fair bits: 16 ± 0.2 standard errors.
  expect(Math.abs(moments(distances).mean - 16)).toBeLessThan(1.5);
});

it("every file of training-calls/ that holds a call is in the index", () => {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts") && !file.includes(".test."));
  const index = readFileSync(new URL("./index.ts", import.meta.url), "utf8");
  for (const file of files.filter((name) => name !== "index.ts" && name !== "training-call.ts"))
    expect(index).toContain(`"./${file.replace(".ts", ".js")}"`);
});
