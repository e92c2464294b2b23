/** @needs tensorflow */
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { optimizerOf } from "../optimizers/optimizer-of.js";
import type { LayersModel, TensorFlow } from "../tensorflow.js";
import { classification, examplesOfBatches, positionsOf, randomBatch } from "../testing/batches.js";
import { customLayer } from "../testing/parts.js";
import { smallModels } from "../testing/small-models.js";
import { EagerEngine } from "./eager.js";
import { enginePartsOf } from "./engine.js";
import { GraphEngine } from "./graph.js";

jest.setTimeout(timeLimits.training);

const adam = () => optimizerOf({ name: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 });

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a, (value, i) => Math.abs(value - (b[i] as number))).reduce((x, y) => Math.max(x, y), 0);
}

const options = (model: LayersModel, batchSizes = [16]) => ({
  tf,
  ...classification(
    model,
    batchSizes.map((size, i) => randomBatch(size, i + 1)),
  ),
  optimizer: adam(),
  seed: 1,
});
const first16 = Int32Array.from({ length: 16 }, (_, i) => i);

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

/** Counts calls into TensorFlow one operator at a time: a captured step makes none. */
function eagerCalls(f: () => void): number {
  const backend = tf.backend() as unknown as { binding: { executeOp: (...a: unknown[]) => unknown } };
  const real = backend.binding;
  let calls = 0;
  backend.binding = Object.create(real, {
    executeOp: {
      value: (...parameters: unknown[]) => {
        calls += 1;
        return real.executeOp(...parameters);
      },
    },
  });
  try {
    f();
  } finally {
    backend.binding = real;
  }
  return calls;
}

describe.each(Object.entries(smallModels))("graph and eager engine: %s", (_name, build) => {
  // Same operators, other orders of summation: 12 Adam steps of 0.01 may turn a relative difference of 1e-7 in a
  // gradient near zero into a share of a step, so weights are compared to 1 % of one step.
  const TOLERANCE = 1e-4;

  it("trains to the same weights, losses and moving statistics, the last batch being smaller", async () => {
    const [graphModel, eagerModel] = [build(tf), build(tf)] as [LayersModel, LayersModel];
    eagerModel.setWeights(graphModel.getWeights());
    const batches = Array.from({ length: 12 }, (_, step) => randomBatch(step % 4 === 3 ? 5 : 16, step));
    const shared = { tf, optimizer: adam(), seed: 1 };
    const graph = await GraphEngine.create(
      enginePartsOf({ ...shared, ...classification(graphModel, batches) }),
    );
    const eager = new EagerEngine(enginePartsOf({ ...shared, ...classification(eagerModel, batches) }));
    for (const positions of positionsOf(batches)) {
      const [g, e] = [graph.trainStep(positions), eager.trainStep(positions)];
      expect(g).toHaveLength(3);
      expect(largest(g, e)).toBeLessThan(TOLERANCE);
    }
    // Evaluation: in batches of other sizes, with moving statistics, the loss with the regularization terms.
    expect(largest(graph.evaluate(), eager.evaluate())).toBeLessThan(TOLERANCE);
    graph.sync();
    const eagerWeights = eagerModel.getWeights();
    graphModel.getWeights().forEach((weight, i) => {
      expect(largest(weight.dataSync(), eagerWeights[i]?.dataSync() ?? [])).toBeLessThan(TOLERANCE);
    });
    graph.close();
    eager.close();
  });

  it("predicts the same at every batch size", async () => {
    const model = build(tf);
    const graph = await GraphEngine.create(enginePartsOf(options(model, [4])));
    const eager = new EagerEngine(enginePartsOf(options(model)));
    // Weights are equal, only sums are taken in another order (another kernel for another batch size): at most
    // 144 products of the order of 1, each rounded to 6e-8: below 1e-5.
    for (const size of [1, 2, 3, 7, 64]) {
      const { inputs } = examplesOfBatches(model, [randomBatch(size, size)]);
      const [[g = []], [e = []]] = [graph.predict(inputs, size), eager.predict(inputs, size)];
      expect(g).toHaveLength(size * 4);
      expect(largest(g, e)).toBeLessThan(1e-5);
    }
    graph.close();
  });

  it("really runs as one graph", async () => {
    const graph = await GraphEngine.create(enginePartsOf(options(build(tf))));
    expect(eagerCalls(() => void graph.trainStep(first16))).toBe(0);
    expect(eagerCalls(() => void graph.evaluate())).toBe(0);
    const eager = new EagerEngine(enginePartsOf(options(build(tf))));
    expect(eagerCalls(() => void eager.trainStep(first16))).toBeGreaterThan(20);
    graph.close();
  });

  it("leaves the model as it was before the capture", async () => {
    const model = build(tf);
    const before = model.getWeights().map((weight) => [...weight.dataSync()]);
    const graph = await GraphEngine.create(enginePartsOf(options(model)));
    expect(model.getWeights().map((weight) => [...weight.dataSync()])).toEqual(before);
    graph.sync();
    expect(model.getWeights().map((weight) => [...weight.dataSync()])).toEqual(before);
    graph.close();
  });
});

describe("what cannot be captured", () => {
  it("random numbers that JavaScript draws are refused by the layer's name", async () => {
    const jitter = customLayer(tf, "jitter", (x) => tf.add(x, tf.randomUniform(x.shape)));
    const model = tf.sequential({
      layers: [
        tf.layers.flatten({ inputShape: [8, 8, 1] }),
        jitter,
        tf.layers.dense({ units: 4, activation: "softmax" }),
      ],
    });
    await expect(GraphEngine.create(enginePartsOf(options(model)))).rejects.toMatchObject({
      code: "E_CAPTURE_RANDOM",
      what: expect.stringContaining("jitter"),
      fix: expect.stringContaining("--engine eager"),
    });
  });

  it("a model that does not end in a softmax is refused", async () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ units: 4, inputShape: [3], activation: "sigmoid" })],
    });
    await expect(GraphEngine.create(enginePartsOf(options(model)))).rejects.toMatchObject({
      code: "E_MODEL_OUTPUT",
    });
  });

  it("a batch of a size that was not captured is refused", async () => {
    const graph = await GraphEngine.create(
      enginePartsOf(options((smallModels.dense as (t: TensorFlow) => LayersModel)(tf))),
    );
    expect(() => graph.trainStep(first16.subarray(0, 7))).toThrow(
      expect.objectContaining({ code: "E_BATCH_SIZE" }),
    );
    graph.close();
  });
});
