/** @needs tensorflow */
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { optimizerOf } from "../optimizers/optimizer-of.js";
import { partSizes } from "../step/pass.js";
import type { LayersModel, TensorFlow } from "../tensorflow.js";
import { classification, positionsOf, randomBatch } from "../testing/batches.js";
import { seeded } from "../testing/parts.js";
import { smallModels } from "../testing/small-models.js";
import { createEngine, type EngineName } from "./index.js";

jest.setTimeout(timeLimits.training);

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

// Sizes that two and three parts do not divide evenly, and one that has fewer examples than parts.
const batches = [16, 16, 7, 16, 2, 1].map(randomBatch);

/** What each step reports, and the final weights. */
async function trained(name: EngineName, model: LayersModel, batchParts: number): Promise<number[][]> {
  const engine = await createEngine(name, {
    tf,
    ...classification(model, batches),
    optimizer: optimizerOf({ name: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }),
    seed: 1,
    batchParts,
  });
  try {
    const reports = positionsOf(batches).map((positions) => [...engine.trainStep(positions)]);
    return [...reports, ...engine.weights().map((weight) => [...weight])];
  } finally {
    engine.close();
  }
}

function largest(a: number[][], b: number[][]): number {
  const [x, y] = [a.flat(), b.flat()];
  expect(x).toHaveLength(y.length);
  return x.reduce((most, value, i) => Math.max(most, Math.abs(value - (y[i] as number))), 0);
}

const withDropout = (t: TensorFlow) =>
  t.sequential({
    layers: [
      t.layers.rescaling({ scale: 1 / 255, inputShape: [8, 8, 1] }),
      t.layers.flatten(),
      t.layers.dense({ units: 16, activation: "relu", kernelInitializer: seeded(t, 1) }),
      t.layers.dropout({ rate: 0.5 }),
      t.layers.dense({ units: 4, activation: "softmax", kernelInitializer: seeded(t, 2) }),
    ],
  });

describe("parts of a batch", () => {
  // As in engines.test.ts: sums in another order, 1 % of one of Adam's steps.
  const TOLERANCE = 1e-4;

  it.each(["dense", "convolutional"])(
    "change nothing but the order of sums: %s, by both engines",
    async (name) => {
      const build = smallModels[name] as (t: TensorFlow) => LayersModel;
      const whole = await trained("graph", build(tf), 1);
      for (const parts of [2, 3]) {
        expect(largest(await trained("graph", build(tf), parts), whole)).toBeLessThan(TOLERANCE);
        expect(largest(await trained("eager", build(tf), parts), whole)).toBeLessThan(TOLERANCE);
      }
    },
  );

  it("give the same bits again, however the parts are scheduled", async () => {
    const build = smallModels.convolutional as (t: TensorFlow) => LayersModel;
    const first = await trained("graph", build(tf), 3);
    for (let time = 0; time < 5; time++) expect(await trained("graph", build(tf), 3)).toEqual(first);
  });

  it("get masks of their own, the same in both engines", async () => {
    const inParts = await trained("graph", withDropout(tf), 2);
    expect(largest(await trained("eager", withDropout(tf), 2), inParts)).toBeLessThan(TOLERANCE);
    expect(largest(await trained("graph", withDropout(tf), 1), inParts)).toBeGreaterThan(TOLERANCE);
    // With one mask for both halves, a batch of two equal halves would give each example of one half the other's score.
    const mask = await perExample(withDropout(tf));
    expect(mask.slice(0, 8)).not.toEqual(mask.slice(8));
  });

  it("are refused where a layer keeps statistics of whole batches, and where the number makes no sense", async () => {
    const normalized = smallModels["batch normalization with L2"] as (t: TensorFlow) => LayersModel;
    await expect(trained("graph", normalized(tf), 2)).rejects.toMatchObject({
      code: "E_BATCH_PARTS",
      what: expect.stringMatching(/batch_norm/i),
    });
    for (const parts of [0, 1.5, Number.NaN]) {
      await expect(trained("graph", withDropout(tf), parts)).rejects.toMatchObject({ code: "E_BATCH_PARTS" });
    }
    const frozen = normalized(tf);
    for (const layer of frozen.layers) {
      if (layer.getClassName() === "BatchNormalization") layer.trainable = false;
    }
    await expect(trained("graph", frozen, 2)).resolves.toBeDefined();
  });
});

/** The loss of each of 16 examples of which the second eight are the first again, in the first step of two parts. */
async function perExample(model: LayersModel): Promise<number[]> {
  const half = randomBatch(8, 1);
  const batch = {
    size: 16,
    inputs: Float32Array.from([...half.inputs, ...half.inputs]),
    labels: Int32Array.from([...half.labels, ...half.labels]),
  };
  const losses: number[] = [];
  for (let i = 0; i < 16; i++) {
    const given = classification(model, [batch]);
    const sampleWeight = Float32Array.from({ length: 16 }, (_, k) => (k === i ? 16 : 0));
    const weights = [{ dtype: "float32" as const, shape: [], data: sampleWeight }];
    const engine = await createEngine("eager", {
      tf,
      ...given,
      train: { ...(given.train as NonNullable<typeof given.train>), weights },
      optimizer: optimizerOf({ name: "sgd", learningRate: 1e-9, momentum: 0, nesterov: false }),
      seed: 1,
      batchParts: 2,
    });
    losses.push(engine.trainStep(Int32Array.from({ length: 16 }, (_, k) => k))[0] as number);
    engine.close();
  }
  return losses;
}

describe("sizes of parts", () => {
  it("add up, differ by one at most, and none is empty", () => {
    for (let size = 1; size < 70; size++) {
      for (let count = 1; count < 9; count++) {
        const sizes = partSizes(size, count);
        expect(sizes.reduce((sum, each) => sum + each, 0)).toBe(size);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(Math.min(...sizes)).toBeGreaterThan(0);
        expect(sizes).toHaveLength(Math.min(size, count));
      }
    }
  });
});
