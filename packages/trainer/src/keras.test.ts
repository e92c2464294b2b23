import { fileURLToPath } from "node:url";
import { loadDataset } from "@congruent/datasets";
import { loadTensorFlow, runPython } from "@congruent/toolchain";
import { architecture } from "@congruent/zoo";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { gather } from "./batches.js";
import { type Batch, createEngine, engineNames, optimizerOf } from "./index.js";
import type { TensorFlow } from "./tensorflow.js";

const script = fileURLToPath(new URL("../oracle/keras_lenet.py", import.meta.url));
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
  batches = Array.from({ length: STEPS }, (_, step) =>
    gather(
      train,
      Array.from({ length: step === STEPS - 1 ? 13 : 32 }, (_, i) => step * 32 + i),
    ),
  );
  const { stdout } = await runPython({
    environment: "export",
    args: [script],
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
}, 180_000);

/** LeNet, genuine images, the same initial weights and batches: Keras on TensorFlow is the oracle. */
describe.each(engineNames)("LeNet trained by the %s engine and by Keras", (name) => {
  it(`has the same losses, weights and logits after ${STEPS} steps`, async () => {
    const model = architecture("lenet").build(tf, { seed: 1, classes: 10 });
    model.setWeights(initial.map(({ shape, values }) => tf.tensor(values, shape)));
    const engine = await createEngine(name, {
      tf,
      model,
      optimizer: optimizerOf({ name: "adam", ...adam }),
      batchSizes: [32, 13],
      seed: 1,
    });
    const losses = batches.map((batch) => engine.trainStep(batch).loss);
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
    // A logit sums 84 activations of about 1 with weights that may differ by 1e-5: 8e-4.
    const first = batches[0] as Batch;
    const logits = engine.logits(first.inputs, first.size);
    logits.forEach((value, i) => {
      expect(Math.abs(value - (keras.logits[i] as number))).toBeLessThan(1e-3);
    });
    engine.close();
  });
});
