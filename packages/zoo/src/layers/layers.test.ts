/** @needs export tensorflow */

import { fileURLToPath } from "node:url";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { askOracle } from "@congruent/toolchain/testing";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import type * as tfjs from "@tensorflow/tfjs";
import type { TensorFlow } from "../architecture.js";
import { numbers } from "../testing/numbers.js";
import { layer, registerLayers } from "./index.js";
import { sinusoids } from "./positional-encoding.js";

jest.setTimeout(timeLimits.training);

const script = fileURLToPath(new URL("../../oracle/keras_layers.py", import.meta.url));

interface Case {
  make(): tfjs.layers.Layer;
  input: number[];
  output: number[];
  config: object;
}

/** One for every custom layer; the sizes are all different, so that no two dimensions can be confused. */
const cases: Record<keyof ReturnType<typeof registerLayers>, Case> = {
  LayerNorm: {
    make: () => layer(tf, "LayerNorm", { name: "one", epsilon: 1e-6 }),
    input: [2, 3, 8],
    output: [2, 3, 8],
    config: { epsilon: 1e-6 },
  },
  MultiHeadAttention: {
    make: () => layer(tf, "MultiHeadAttention", { name: "one", numHeads: 3, keyDim: 5, seed: 9 }),
    input: [2, 7, 6],
    output: [2, 7, 6],
    config: { numHeads: 3, keyDim: 5, seed: 9 },
  },
  PositionalEncoding: {
    make: () => layer(tf, "PositionalEncoding", { name: "one" }),
    input: [2, 5, 6],
    output: [2, 5, 6],
    config: {},
  },
  ResizeBilinear: {
    make: () => layer(tf, "ResizeBilinear", { name: "one", height: 7, width: 9 }),
    input: [2, 5, 4, 3],
    output: [2, 7, 9, 3],
    config: { height: 7, width: 9 },
  },
};
const names = Object.keys(cases) as (keyof typeof cases)[];

let tf: TensorFlow;
const tensors = new Map<string, { x: tfjs.Tensor; direction: tfjs.Tensor; layer: tfjs.layers.Layer }>();
let keras: Record<string, { output: number[]; gradients: number[][] }>;

beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
  const questions = names.map((name) => {
    const { make, input, output } = cases[name];
    const made = make();
    const x = tf.tensor(numbers(1, size(input), -1, 1), input);
    made.apply(x);
    made.setWeights(made.getWeights().map((w, i) => tf.tensor(numbers(i + 5, w.size, -1, 1), w.shape)));
    const direction = tf.tensor(numbers(2, size(output), -1, 1), output);
    tensors.set(name, { x, direction, layer: made });
    const told = (tensor: tfjs.Tensor) => ({ shape: tensor.shape, values: [...tensor.dataSync()] });
    return [
      name,
      { input: told(x), direction: told(direction), weights: made.getWeights().map(told) },
    ] as const;
  });
  const stdout = await askOracle({
    environment: "export",
    script,
    input: JSON.stringify(Object.fromEntries(questions)),
    timeoutMs: 120_000,
  });
  keras = JSON.parse(stdout);
}, 600_000);

describe.each(names)("%s", (name) => {
  const own = () => tensors.get(name) as { x: tfjs.Tensor; direction: tfjs.Tensor; layer: tfjs.layers.Layer };

  it("computes what Keras computes", () => {
    const { x, layer } = own();
    const output = layer.apply(x) as tfjs.Tensor;
    expect(output.shape).toEqual(cases[name].output);
    expect(layer.computeOutputShape(cases[name].input)).toEqual(cases[name].output);
    expectClose(output.dataSync(), keras[name]?.output);
  });

  it("has the gradients of TensorFlow's tape, for its input and each of its weights", () => {
    const { x, direction, layer } = own();
    const variables = layer.trainableWeights.map((weight) => weight.read() as tfjs.Variable);
    const input = tf.variable(x);
    const { grads } = tf.variableGrads(
      () => tf.sum(tf.mul(layer.apply(input) as tfjs.Tensor, direction)) as tfjs.Scalar,
      [input, ...variables],
    );
    [input, ...variables].forEach((variable, i) => {
      expectClose((grads[variable.name] as tfjs.Tensor).dataSync(), keras[name]?.gradients[i]);
    });
    expect(keras[name]?.gradients.length).toBe(1 + variables.length);
  });

  it("is the same after it was saved and loaded", async () => {
    const { x, layer } = own();
    const input = tf.input({ shape: cases[name].input.slice(1) });
    const made = cases[name].make();
    const model = tf.model({ inputs: input, outputs: made.apply(input) as tfjs.SymbolicTensor });
    made.setWeights(layer.getWeights());
    let saved: tfjs.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) };
      }),
    );
    const text = JSON.stringify(saved?.modelTopology);
    const loaded = await tf.loadLayersModel(
      tf.io.fromMemory({ ...(saved as tfjs.io.ModelArtifacts), modelTopology: JSON.parse(text) }),
    );
    expect(loaded.layers[1]?.getClassName()).toBe(name);
    expect(loaded.layers[1]?.getConfig()).toMatchObject(cases[name].config);
    expect([...(loaded.predict(x) as tfjs.Tensor).dataSync()]).toEqual([
      ...(model.predict(x) as tfjs.Tensor).dataSync(),
    ]);
  });

  it("leaves no tensors behind", () => {
    const { x, layer } = own();
    const before = tf.memory().numTensors;
    tf.dispose(layer.apply(x) as tfjs.Tensor);
    expect(tf.memory().numTensors).toBe(before);
  });
});

it("the index names every layer by its class name; registering again changes nothing", () => {
  const classes = registerLayers(tf);
  expect(registerLayers(tf)).toBe(classes);
  for (const [name, found] of Object.entries(classes)) expect(found.className).toBe(name);
});

it("attention without a seed draws new kernels each time", () => {
  const draw = () => {
    const attention = layer(tf, "MultiHeadAttention", { numHeads: 2, keyDim: 3 });
    attention.apply(tf.ones([1, 2, 4]));
    return [...(attention.getWeights()[0] as tfjs.Tensor).dataSync()];
  };
  expect(draw()).not.toEqual(draw());
});

it("positions need an even depth", () => {
  expect(() => sinusoids(3, 5)).toThrow("even");
});

function size(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/** float32 sums of some dozen products near 1: a few roundings of 6e-8, of the largest value. */
function expectClose(found: ArrayLike<number>, expected: readonly number[] | undefined): void {
  if (!expected) throw new Error("Keras gave no answer");
  expect(found.length).toBe(expected.length);
  const largest = Math.max(1, ...expected.map(Math.abs));
  const worst = expected.reduce((max, value, i) => Math.max(max, Math.abs(value - (found[i] as number))), 0);
  expect(worst).toBeLessThan(2e-6 * largest);
}
