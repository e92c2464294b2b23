/** @needs export tensorflow */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { askOracle } from "@congruent/toolchain/testing";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import type * as tfjs from "@tensorflow/tfjs";
import { architectures, type TensorFlow } from "./index.js";
import { numbers } from "./testing/numbers.js";

jest.setTimeout(timeLimits.training);

const script = fileURLToPath(new URL("../oracle/keras_forward.py", import.meta.url));
const IMAGES = 3;

interface Answer {
  /** The number of parameters as it was published or counted by hand. */
  published: number;
  /** The same as Keras counts it. */
  parameters: number;
  trainable: number;
  shapes: number[][];
  logits: number[][];
}

let tf: TensorFlow;
const models = new Map<string, tfjs.LayersModel>();
let images: Float32Array;
let keras: Record<string, Answer>;

/** Nothing stays as it is initialized: biases, gains and moving statistics count too. */
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
  const folder = await mkdtemp(join(tmpdir(), "congruent-zoo-"));
  try {
    images = numbers(1, IMAGES * 784, 0, 255);
    await writeFile(join(folder, "images.bin"), images);
    for (const network of Object.values(architectures)) {
      const model = network.build(tf, { seed: 11, classes: 10 });
      withoutSoftmax(model);
      const values = model.getWeights().map((weight, i) => {
        const noise = numbers(i, weight.size, -0.02, 0.02);
        return tf.add(weight, tf.tensor(noise, weight.shape));
      });
      model.setWeights(values);
      models.set(network.name, model);
      const all = Buffer.concat(
        values.map((value) => Buffer.from(value.dataSync<"float32">().slice().buffer)),
      );
      await writeFile(join(folder, `${network.name}.bin`), all);
    }
    const stdout = await askOracle({
      environment: "export",
      script,
      args: ["."],
      folder,
      timeoutMs: 120_000,
    });
    keras = JSON.parse(stdout) as Record<string, Answer>;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 600_000);

it("every network has a twin in Keras, and every twin is a network", () => {
  const [here, twins] = [Object.keys(architectures), Object.keys(keras)];
  expect({
    "without a twin in packages/zoo/oracle/keras_networks.py": here.filter((name) => !twins.includes(name)),
    "twins without an architecture": twins.filter((name) => !here.includes(name)),
  }).toEqual({
    "without a twin in packages/zoo/oracle/keras_networks.py": [],
    "twins without an architecture": [],
  });
});

describe.each(Object.keys(architectures))("%s here and in Keras", (name) => {
  it("has the published number of parameters", () => {
    expect(models.get(name)?.countParams()).toBe(keras[name]?.published);
  });

  it("has the same weights in the same order", () => {
    const [model, answer] = [models.get(name) as tfjs.LayersModel, keras[name] as Answer];
    expect(model.countParams()).toBe(answer.parameters);
    const trainable = model.trainableWeights.map(({ shape }) => tf.util.sizeFromShape(shape as number[]));
    expect(trainable.reduce((sum, size) => sum + size, 0)).toBe(answer.trainable);
    expect(model.weights.map((weight) => weight.shape)).toEqual(answer.shapes);
  });

  it("computes the same from the same weights", () => {
    const [model, answer] = [models.get(name) as tfjs.LayersModel, keras[name] as Answer];
    const logits = model.predict(tf.tensor(images, [IMAGES, 28, 28, 1])) as tfjs.Tensor2D;
    const expected = answer.logits.flat();
    const largest = Math.max(...expected.map(Math.abs));
    // A logit of about `largest` is a sum of many float32 products, added in another order: some 20 roundings of 6e-8.
    const tolerance = 1e-6 * Math.max(1, largest);
    logits.dataSync().forEach((logit, i) => {
      expect(Math.abs(logit - (expected[i] as number))).toBeLessThan(tolerance);
    });
    expect(new Set(expected.map((logit) => logit.toFixed(3))).size).toBeGreaterThan(20);
  });
});

/** Leaves the logits: a softmax would hide differences where it is flat. */
function withoutSoftmax(model: tfjs.LayersModel): void {
  const last = model.layers.at(-1) as unknown as { activation: unknown };
  const linear = tf.layers.activation({ activation: "linear" }) as unknown as { activation: unknown };
  last.activation = linear.activation;
}
