/** @needs tensorflow */

import { checked } from "@congruent/core";
import { augmentationSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { createEngine, type EngineName, engineNames } from "../engines/index.js";
import { optimizerOf } from "../optimizers/optimizer-of.js";
import type { LayersModel, Tensor, TensorFlow } from "../tensorflow.js";
import { classification, examplesOfBatches, positionsOf } from "../testing/batches.js";
import { smallModels } from "../testing/small-models.js";
import { drawKey, drawsOf } from "../training-calls/index.js";
import { augmentationOf } from "./augmentation.js";
import { drawParameters, type TransformParameters } from "./draw-parameters.js";
import { projectiveRows } from "./projective-rows.js";
import { transformImages } from "./transform-images.js";

jest.setTimeout(timeLimits.training);

const everything = augmentationSchema.parse({
  rotation: 30,
  zoom: [0.8, 1.5],
  widthShift: 0.25,
  heightShift: 2,
  shear: 10,
  horizontalFlip: true,
});

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

const convolutional = () => (smallModels.convolutional as (t: TensorFlow) => LayersModel)(tf);

function moved(seed: number, step: number): number[] {
  return tf.tidy(() => {
    const images = tf.tensor4d(
      Array.from({ length: 3 * 64 }, (_, i) => (i * 37) % 256),
      [3, 8, 8, 1],
    );
    const augment = augmentationOf(tf, everything, convolutional());
    return [...augment(images, { seed, step: tf.scalar(step, "int32") }).dataSync()];
  });
}

describe("the numbers drawn", () => {
  const COUNT = 4096;
  const draw = (config = everything): Record<keyof TransformParameters, Float32Array> =>
    tf.tidy(() => {
      const draws = drawsOf(tf, drawKey(3), tf.scalar(1, "int32"));
      const drawn = drawParameters(tf, config, [20, 8], COUNT, draws);
      return Object.fromEntries(
        Object.entries(drawn).map(([name, values]) => [name, values.dataSync()]),
      ) as Record<keyof TransformParameters, Float32Array>;
    });

  // The largest of 4,096 even draws misses the end by 1/4096 of the range in the mean; 20 times that is once in e^20.
  it.each([
    ["theta", -30, 30],
    ["tx", -2, 2],
    ["ty", -2, 2],
    ["shear", -10, 10],
    ["zx", 0.8, 1.5],
    ["zy", 0.8, 1.5],
  ] as const)("%s fills the range from %d to %d evenly", (name, low, high) => {
    const values = [...draw()[name]].sort((a, b) => a - b);
    const slack = (20 / COUNT) * (high - low);
    const [least, most] = [values[0] as number, values.at(-1) as number];
    // float32 may round the ends outwards.
    expect(least).toBeGreaterThanOrEqual(low - 1e-6);
    expect(least).toBeLessThan(low + slack);
    expect(most).toBeLessThanOrEqual(high + 1e-6);
    expect(most).toBeGreaterThan(high - slack);
    // Kolmogorov and Smirnov: above 1.95 / sqrt(n) once in a thousand.
    const distance = Math.max(...values.map((v, i) => Math.abs((v - low) / (high - low) - i / COUNT)));
    expect(distance).toBeLessThan(1.95 / Math.sqrt(COUNT));
  });

  it("flip every other picture, and none where flips are not asked for", () => {
    const { flipHorizontal, flipVertical } = draw();
    const mean = flipHorizontal.reduce((sum, v) => sum + v, 0) / COUNT;
    // Four standard deviations of a fair coin.
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / COUNT));
    expect(new Set(flipVertical)).toEqual(new Set([0]));
  });

  it("zoom width and height apart", () => {
    const { zx, zy } = draw();
    expect([...zx]).not.toEqual([...zy]);
  });

  it("are no change where a range is nothing", () => {
    const { theta, tx, ty, shear, zx, zy } = draw(augmentationSchema.parse({ verticalFlip: true }));
    for (const values of [theta, tx, ty, shear]) expect(values.every((v) => v === 0)).toBe(true);
    for (const values of [zx, zy]) expect(values.every((v) => v === 1)).toBe(true);
  });
});

describe("the pictures of a step", () => {
  it("are decided by seed and step alone", () => {
    expect(moved(1, 1)).toEqual(moved(1, 1));
    expect(moved(1, 1)).not.toEqual(moved(1, 2));
    expect(moved(1, 1)).not.toEqual(moved(2, 1));
  });

  it("are turned about their own center, oblong ones too", () => {
    const values = Array.from({ length: 30 }, (_, i) => i * 8);
    const turned = tf.tidy(() => {
      const zero = tf.zeros([1]);
      const half = { theta: tf.tensor1d([180]), tx: zero, ty: zero, shear: zero };
      const same = { zx: tf.ones([1]), zy: tf.ones([1]), flipHorizontal: zero, flipVertical: zero };
      const rows = projectiveRows(tf, { ...half, ...same }, [5, 6]);
      const images = tf.tensor4d(values, [1, 5, 6, 1]);
      return [...transformImages(tf, images, rows, { fillMode: "nearest", fillValue: 0 }).dataSync()];
    });
    // The sine of 180 degrees is 1e-7 in float32: times 5 pixels and 48 grey levels from row to row.
    turned.forEach((value, i) => {
      expect(Math.abs(value - (values[29 - i] as number))).toBeLessThan(1e-3);
    });
  });

  it("leave no tensor behind", () => {
    moved(1, 1);
    const before = tf.memory().numTensors;
    const images = tf.zeros([3, 8, 8, 1]);
    const step = tf.scalar(1, "int32");
    const model = convolutional();
    const weights = tf.memory().numTensors - before;
    for (const fillMode of ["nearest", "constant", "reflect", "wrap"] as const) {
      augmentationOf(tf, { ...everything, fillMode }, model)(images, { seed: 1, step }).dispose();
    }
    expect(tf.memory().numTensors).toBe(before + weights);
  });
});

describe("training with augmentation", () => {
  const train = async (name: EngineName, augmented: boolean) => {
    const model = convolutional();
    const batches = [16, 16, 5, 16].map((size, i) => ({
      size,
      inputs: Float32Array.from({ length: size * 64 }, (_, k) => ((k + 1) * (i + 13) * 31) % 256),
      labels: Int32Array.from({ length: size }, (_, k) => k % 4),
    }));
    const engine = await createEngine(name, {
      tf,
      ...classification(model, batches),
      optimizer: optimizerOf({ name: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }),
      seed: 4,
      augment: augmented ? augmentationOf(tf, everything, model) : undefined,
    });
    const losses = positionsOf(batches).map((positions) => engine.trainStep(positions)[0] as number);
    expect(engine.name).toBe(name);
    engine.close();
    return losses;
  };

  it("gives the same losses in the captured graph and eagerly, and others without it", async () => {
    const [graph, eager, plain] = [
      await train("graph", true),
      await train("eager", true),
      await train("graph", false),
    ];
    // As in engines.test.ts: 1 % of one step of Adam.
    graph.forEach((loss, i) => {
      expect(Math.abs(loss - (eager[i] as number))).toBeLessThan(1e-4);
    });
    expect(graph[0]).not.toBeCloseTo(plain[0] as number, 3);
  });
});

describe("what is refused", () => {
  it("is a model that does not take pictures, with the shape found", () => {
    const dense = tf.layers.dense({ units: 4, inputShape: [64], activation: "softmax" });
    const model = tf.sequential({ layers: [dense] });
    expect(() => augmentationOf(tf, everything, model)).toThrow(
      expect.objectContaining({
        code: "E_AUGMENTATION_INPUT",
        exit: 2,
        what: expect.stringContaining("[64]"),
      }),
    );
  });

  it.each([
    ["an angle below zero", { rotation: -5 }, "rotation"],
    ["a zoom of everything", { zoom: 1 }, "zoom"],
    ["a zoom that begins with the larger", { zoom: [1.2, 0.8] }, "zoom"],
    ["a factor of nothing", { zoom: [0, 1] }, "zoom"],
    ["a shear of a right angle", { shear: 90 }, "shear"],
    ["a shift backwards", { widthShift: -0.1 }, "widthShift"],
    ["a fill mode of another library", { rotation: 5, fillMode: "mirror" }, "fillMode"],
    ["a key of Keras'", { rotation_range: 10 }, "rotation_range"],
    ["no change", { fillMode: "wrap" }, "no change"],
    ["not a number", { rotation: Number.NaN }, "rotation"],
  ])("is %s", (_name, config, named) => {
    expect(() => checked(config, augmentationSchema, "recipe.json")).toThrow(
      expect.objectContaining({ code: "E_SCHEMA", what: expect.stringContaining(named) }),
    );
  });
});

describe.each(engineNames)("the %s engine", (name) => {
  it("changes nothing in inference", async () => {
    const model = convolutional();
    const optimizer = optimizerOf({
      name: "adam",
      learningRate: 0.01,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-7,
    });
    const augment = augmentationOf(tf, everything, model);
    const pixels = Float32Array.from({ length: 128 }, (_, i) => (i * 7) % 256);
    const batches = [{ size: 2, inputs: pixels, labels: Int32Array.of(0, 1) }];
    const options = classification(model, batches);
    const engine = await createEngine(name, { tf, ...options, optimizer, seed: 1, augment });
    const [probabilities = []] = engine.predict(examplesOfBatches(model, batches).inputs, 2);
    expect(probabilities).toHaveLength(8);
    const expected = (model.predict(tf.tensor(pixels, [2, 8, 8, 1])) as Tensor).dataSync();
    // float32 sums in another order.
    probabilities.forEach((value, i) => {
      expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-5);
    });
    engine.close();
  });
});
