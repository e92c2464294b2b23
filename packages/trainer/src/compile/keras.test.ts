/** @needs export tensorflow */

import { fileURLToPath } from "node:url";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { askOracle } from "@congruent/toolchain/testing";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { mersenne } from "pure-rand/generator/mersenne";
import { engineNames } from "../engines/index.js";
import type { LayersModel, Tensor, TensorFlow } from "../tensorflow.js";
import { regularizedModels } from "../testing/regularized-models.js";
import { type CompileOptions, compile, type FitArguments } from "./compile.js";

jest.setTimeout(timeLimits.training);

const script = fileURLToPath(new URL("../../oracle/keras_compile.py", import.meta.url));
const COUNT = 50;
const EPOCHS = 4;
const BATCH = 16;

interface Case {
  build(): LayersModel;
  options: Omit<CompileOptions, "optimizer">;
  /** Of one example, by input; by output. */
  x: Record<string, number[]>;
  y: Record<string, "class" | "oneHot" | "bit" | number[]>;
  fit?: FitArguments;
  /** Our name of a logged number → Keras'. */
  names: Record<string, string>;
}

let tf: TensorFlow;
const dense = (units: number, activation?: "tanh" | "relu" | "softmax" | "sigmoid", name?: string) =>
  tf.layers.dense({ units, ...(activation && { activation }), ...(name && { name }) });

function small(hidden: "tanh" | "relu", last: ReturnType<typeof dense>, l2 = 0): LayersModel {
  const regularizer = l2 > 0 ? { kernelRegularizer: tf.regularizers.l2({ l2 }) } : {};
  return tf.sequential({
    layers: [tf.layers.dense({ inputShape: [3], units: 8, activation: hidden, ...regularizer }), last],
  });
}

const loss = { loss: "loss", valLoss: "val_loss" };
const accuracy = { accuracy: "accuracy", valAccuracy: "val_accuracy" };
const sparse: Case = {
  build: () => small("relu", dense(4, "softmax", "y")),
  options: { loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] },
  x: { x: [3] },
  y: { y: "class" },
  fit: { validationSplit: 0.2 },
  names: { ...loss, ...accuracy },
};
const logCosh = (yTrue: Tensor, yPred: Tensor) => {
  const error = tf.abs(tf.sub(yPred, yTrue));
  return tf.mean(tf.sub(tf.add(error, tf.log1p(tf.exp(tf.mul(error, -2)))), Math.LN2), -1);
};

const cases: Record<string, Case> = {
  regression: {
    build: () => small("tanh", dense(1, undefined, "y"), 0.01),
    options: { loss: "meanSquaredError", metrics: ["meanAbsoluteError"] },
    x: { x: [3] },
    y: { y: [1] },
    fit: { validationSplit: 0.2 },
    names: {
      ...loss,
      meanAbsoluteError: "mean_absolute_error",
      valMeanAbsoluteError: "val_mean_absolute_error",
    },
  },
  customLoss: {
    build: () => small("tanh", dense(2, undefined, "y")),
    options: { loss: logCosh, metrics: [logCosh] },
    x: { x: [3] },
    y: { y: [2] },
    fit: { validationSplit: 0.2 },
    names: { ...loss, logCosh: "log_cosh", valLogCosh: "val_log_cosh" },
  },
  categorical: {
    ...sparse,
    options: { loss: "categoricalCrossentropy", metrics: ["accuracy"] },
    y: { y: "oneHot" },
  },
  sparse,
  sampleWeights: {
    ...sparse,
    fit: { sampleWeight: Float32Array.from({ length: COUNT }, (_, i) => (i % 5) / 2) },
    names: { loss: "loss", accuracy: "accuracy" },
  },
  classWeights: {
    ...sparse,
    fit: { classWeight: { 0: 2, 2: 0.25 }, validationSplit: 0.2 },
  },
  binary: {
    build: () => small("relu", dense(1, "sigmoid", "y")),
    options: { loss: "binaryCrossentropy", metrics: ["accuracy"] },
    x: { x: [3] },
    y: { y: "bit" },
    fit: { validationSplit: 0.2 },
    names: { ...loss, ...accuracy },
  },
  normalized: {
    build: () =>
      tf.sequential({
        layers: [
          tf.layers.conv2d({ inputShape: [6, 6, 2], filters: 3, kernelSize: 3, useBias: false }),
          tf.layers.batchNormalization({ momentum: 0.8 }),
          tf.layers.activation({ activation: "relu" }),
          tf.layers.flatten(),
          tf.layers.dense({ units: 5, useBias: false }),
          tf.layers.batchNormalization({ momentum: 0.8, scale: false }),
          tf.layers.layerNormalization(),
          dense(4, "softmax", "y"),
        ],
      }),
    options: { loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] },
    x: { x: [6, 6, 2] },
    y: { y: "class" },
    fit: { validationSplit: 0.2 },
    names: { ...loss, ...accuracy },
  },
  frozen: {
    ...sparse,
    build: () => regularizedModels.frozen(tf),
  },
  penalized: {
    build: () => regularizedModels.penalized(tf),
    options: { loss: "meanSquaredError" },
    x: { x: [4, 3] },
    y: { y: [1] },
    fit: { validationSplit: 0.2 },
    names: loss,
  },
  recurrent: {
    build: () => regularizedModels.recurrent(tf),
    options: { loss: "meanSquaredError" },
    x: { x: [4, 3] },
    y: { y: [1] },
    fit: { validationSplit: 0.2 },
    names: loss,
  },
  several: {
    build: () => {
      const [a, b] = [tf.input({ shape: [3], name: "a" }), tf.input({ shape: [2], name: "b" })];
      const both = tf.layers.concatenate().apply([a, b]) as ReturnType<typeof tf.input>;
      const hidden = tf.layers.dense({ units: 6, activation: "tanh" }).apply(both) as typeof both;
      const kind = dense(4, "softmax", "kind").apply(hidden) as typeof both;
      const size = dense(1, undefined, "size").apply(hidden) as typeof both;
      return tf.model({ inputs: [a, b], outputs: [kind, size] });
    },
    options: {
      loss: { kind: "sparseCategoricalCrossentropy", size: "meanSquaredError" },
      lossWeights: { kind: 1, size: 0.5 },
      metrics: { kind: ["accuracy"], size: ["meanAbsoluteError"] },
    },
    x: { a: [3], b: [2] },
    y: { kind: "class", size: [1] },
    // Batches of one size: Keras 3.15 takes the mean of an output's loss over batches, the smaller last one counting
    // as much as the others, so that the outputs' losses do not add up to the loss.
    fit: { validationSplit: 0.2, batchSize: 10 },
    names: {
      ...loss,
      kindLoss: "kind_loss",
      sizeLoss: "size_loss",
      kindAccuracy: "kind_accuracy",
      valSizeMeanAbsoluteError: "val_size_mean_absolute_error",
      valKindLoss: "val_kind_loss",
    },
  },
};

interface TensorData {
  shape: number[];
  values: number[];
}
interface Answer {
  history: Record<string, number[]>;
  evaluation: Record<string, number>;
  weights: number[][];
  predictions: Record<string, number[]>;
}

const data: Record<
  string,
  { weights: TensorData[]; x: Record<string, TensorData>; y: Record<string, TensorData> }
> = {};
let answers: Record<string, Answer>;

/** Keras lists weights layer by layer, tfjs those that train before the others. */
const inKerasOrder = (model: Pick<LayersModel, "layers">): LayersModel["weights"] =>
  model.layers.flatMap((layer) =>
    "layers" in layer ? inKerasOrder(layer as unknown as LayersModel) : layer.weights,
  );

/** float32 values on both sides. */
function drawn(seed: number, shape: number[]): TensorData {
  const generator = mersenne(seed);
  const length = shape.reduce((product, dim) => product * dim, 1);
  const values = Array.from({ length }, () => Math.fround((generator.next() >>> 0) / 2 ** 31 - 1));
  return { shape, values };
}

function target(seed: number, kind: Case["y"][string]): TensorData {
  if (Array.isArray(kind)) return drawn(seed, [COUNT, ...kind]);
  const classes = drawn(seed, [COUNT]).values.map((value) => Math.floor((value + 1) * 2) % 4);
  if (kind === "class") return { shape: [COUNT], values: classes };
  if (kind === "bit") return { shape: [COUNT, 1], values: classes.map((value) => value % 2) };
  return { shape: [COUNT, 4], values: classes.flatMap((k) => [0, 1, 2, 3].map((i) => Number(i === k))) };
}

beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
  for (const [name, c] of Object.entries(cases)) {
    data[name] = {
      // Kernels are drawn, vectors (biases, statistics) begin as their initializers say.
      weights: inKerasOrder(c.build()).map((weight, i) => {
        const value = weight.read();
        if (value.rank > 1) return drawn(i + 1, value.shape);
        return { shape: value.shape, values: [...value.dataSync()] };
      }),
      x: Object.fromEntries(
        Object.entries(c.x).map(([key, shape], i) => [key, drawn(100 + i, [COUNT, ...shape])]),
      ),
      y: Object.fromEntries(Object.entries(c.y).map(([key, kind], i) => [key, target(200 + i, kind)])),
    };
  }
  const stdout = await askOracle({
    environment: "export",
    script,
    input: JSON.stringify(
      Object.entries(cases).map(([name, { fit }]) => ({
        name,
        ...data[name],
        epochs: EPOCHS,
        batchSize: fit?.batchSize ?? BATCH,
        ...(fit?.validationSplit && { validationSplit: fit.validationSplit }),
        ...(fit?.classWeight && { classWeight: fit.classWeight }),
        ...(fit?.sampleWeight && { sampleWeight: [...(fit.sampleWeight as Float32Array)] }),
      })),
    ),
    timeoutMs: 170_000,
  });
  const all = JSON.parse(stdout) as Answer[];
  answers = Object.fromEntries(Object.keys(cases).map((name, i) => [name, all[i] as Answer]));
}, 200_000);

const tensors = (all: Record<string, TensorData>) =>
  Object.fromEntries(Object.entries(all).map(([key, { values, shape }]) => [key, tf.tensor(values, shape)]));

const far = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length);
  return Array.from(a, (value, i) => Math.abs(value - (b[i] as number))).reduce((x, y) => Math.max(x, y), 0);
};

/** The same initial weights, examples and order: Keras' compile, fit, evaluate and predict are the oracle. */
describe.each(engineNames)("compile with the %s engine and Keras", (engine) => {
  // float32 sums in another order, 1e-7 relative each; 16 steps of gradient descent at 0.05 do not enlarge that much.
  // Batch normalization divides by standard deviations of down to 0.1 or so.
  const TOLERANCE = 1e-5;

  it.each(Object.keys(cases))("%s: history, weights, evaluation and predictions agree", async (name) => {
    const { build, options, fit, names } = cases[name] as Case;
    const { weights, x, y } = data[name] as (typeof data)[string];
    const answer = answers[name] as Answer;
    const model = build();
    inKerasOrder(model).forEach((weight, i) => {
      const { values, shape } = weights[i] as TensorData;
      weight.write(tf.tensor(values, shape));
    });
    const compiled = compile(tf, model, {
      ...options,
      engine,
      optimizer: { name: "sgd", learningRate: 0.05 },
    });
    const [inputs, targets] = [tensors(x), tensors(y)];
    const given = Object.keys(x).length === 1 ? (Object.values(inputs)[0] as Tensor) : inputs;
    const wanted = Object.keys(y).length === 1 ? (Object.values(targets)[0] as Tensor) : targets;
    const { history } = await compiled.fit(given, wanted, {
      epochs: EPOCHS,
      batchSize: BATCH,
      shuffle: false,
      ...fit,
    });
    for (const [ours, theirs] of Object.entries(names)) {
      const [mine, keras] = [history[ours], answer.history[theirs]];
      if (!mine || !keras) throw new Error(`${ours} or ${theirs} is not logged`);
      expect(mine).toHaveLength(EPOCHS);
      expect(far(mine, keras)).toBeLessThan(TOLERANCE);
    }
    inKerasOrder(model).forEach((weight, i) => {
      expect(far(weight.read().dataSync(), answer.weights[i] as number[])).toBeLessThan(TOLERANCE);
    });
    const evaluation = await compiled.evaluate(given, wanted);
    for (const [ours, theirs] of Object.entries(names)) {
      if (!(theirs in answer.evaluation)) continue;
      expect(Math.abs((evaluation[ours] as number) - (answer.evaluation[theirs] as number))).toBeLessThan(
        TOLERANCE,
      );
    }
    const predicted = [await compiled.predict(given)].flat() as Tensor[];
    expect(predicted).toHaveLength(Object.keys(answer.predictions).length);
    Object.keys(y).forEach((key, i) => {
      expect(far((predicted[i] as Tensor).dataSync(), answer.predictions[key] as number[])).toBeLessThan(
        TOLERANCE,
      );
    });
    compiled.close();
  });
});
