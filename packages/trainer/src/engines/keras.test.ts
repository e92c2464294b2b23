/** @needs export tensorflow */

import { fileURLToPath } from "node:url";
import { rows } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { loadDataset } from "@congruent/datasets";
import { loadTensorFlow } from "@congruent/toolchain";
import { askOracle } from "@congruent/toolchain/testing";
import { architecture } from "@congruent/zoo";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { createEngine, engineNames, optimizerOf } from "../index.js";
import type { TensorFlow } from "../tensorflow.js";
import { type Batch, classification, examplesOfBatches, positionsOf } from "../testing/batches.js";

jest.setTimeout(timeLimits.training);

const script = fileURLToPath(new URL("../../oracle/keras_lenet.py", import.meta.url));
const STEPS = 10;
const adam = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

interface KerasAnswer {
  losses: number[];
  weights: number[][];
  logits: number[];
}

let tf: TensorFlow;
let initial: { shape: number[]; values: number[] }[];
let batches: Batch[];
let keras: KerasAnswer;

beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
  const model = architecture("lenet").build(tf, { seed: 7, classes: 10 });
  initial = model.getWeights().map((weight) => ({ shape: weight.shape, values: [...weight.dataSync()] }));
  const { train } = await loadDataset("mnist");
  batches = Array.from({ length: STEPS }, (_, step) => {
    const size = step === STEPS - 1 ? 13 : 32;
    const images = rows(train.images, step * 32, step * 32 + size);
    return {
      size,
      inputs: Float32Array.from(images.data),
      labels: Int32Array.from(train.labels.subarray(step * 32, step * 32 + size)),
    };
  });
  const stdout = await askOracle({
    environment: "export",
    script,
    input: JSON.stringify({
      weights: initial,
      batches: batches.map(({ inputs, labels }) => ({ inputs: [...inputs], labels: [...labels] })),
      adam: {
        learning_rate: adam.learningRate,
        beta_1: adam.beta1,
        beta_2: adam.beta2,
        epsilon: adam.epsilon,
      },
    }),
    timeoutMs: 120_000,
  });
  keras = JSON.parse(stdout) as KerasAnswer;
}, 600_000);

/** LeNet, genuine images, the same initial weights and batches: Keras on TensorFlow is the oracle. */
describe.each(engineNames)("LeNet trained by the %s engine and by Keras", (name) => {
  it(`has the same losses, weights and probabilities after ${STEPS} steps`, async () => {
    const model = architecture("lenet").build(tf, { seed: 1, classes: 10 });
    model.setWeights(initial.map(({ shape, values }) => tf.tensor(values, shape)));
    const engine = await createEngine(name, {
      tf,
      ...classification(model, batches),
      optimizer: optimizerOf({ name: "adam", ...adam }),
      seed: 1,
    });
    const losses = positionsOf(batches).map((positions) => engine.trainStep(positions)[0] as number);
    // float32 sums in other orders: 1e-6 relative in a loss, which begins near 2.3; the last
    // losses see weights that differ by up to 1e-5, and 2e-5 leaves room for both. Keras 3 weighs v by 0.001 where TensorFlow's fused Adam
    // has 1 - 0.999f, 6e-6 of a step; training then doubles such differences every other step (1e-7 after 5, 2.5e-6
    // after 10, 8e-5 after 20): weights are compared to 1 % of one step of 1e-3 after 10.
    losses.forEach((loss, step) => {
      expect(Math.abs(loss - (keras.losses[step] as number))).toBeLessThan(2e-5);
    });
    engine.sync();
    model.getWeights().forEach((weight, i) => {
      const expected = keras.weights[i] as number[];
      const largest = [...weight.dataSync()].reduce(
        (max, v, k) => Math.max(max, Math.abs(v - (expected[k] as number))),
        0,
      );
      expect(largest).toBeLessThan(1e-5);
    });
    // A logit sums 84 activations of about 1 with weights that may differ by 1e-5: 8e-4. A probability moves by at
    // most half of what two logits move apart.
    const first = batches[0] as Batch;
    const [probabilities = []] = engine.predict(examplesOfBatches(model, [first]).inputs, first.size);
    expect(probabilities).toHaveLength(first.size * 10);
    probabilities.forEach((value, i) => {
      const row = keras.logits.slice(i - (i % 10), i - (i % 10) + 10);
      const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
      expect(Math.abs(value - Math.exp(keras.logits[i] as number) / sum)).toBeLessThan(1e-3);
    });
    engine.close();
  });
});
