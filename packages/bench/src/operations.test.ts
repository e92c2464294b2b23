/** @needs tensorflow */

import { CongruentError } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { architecture } from "@congruent/zoo";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { flopsPerExample } from "./operations.js";

jest.setTimeout(timeLimits.training);

let tf: Awaited<ReturnType<typeof loadTensorFlow>>;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

/** Products of one example, layer by layer, counted by hand; the first layer needs no gradient by its inputs. */
const byHand: Record<string, [first: number, ...others: number[]]> = {
  mlp512: [784 * 512, 512 * 10],
  lenet: [28 * 28 * 25 * 6, 10 * 10 * 25 * 6 * 16, 400 * 120, 120 * 84, 84 * 10],
  "cnn-nopool": [26 * 26 * 9 * 32, 24 * 24 * 9 * 32 * 64, 24 * 24 * 64 * 128, 1280],
  vgg: [
    32 * 32 * 9 * 3 * 64,
    32 * 32 * 9 * 64 * 64,
    16 * 16 * 9 * 64 * 128,
    16 * 16 * 9 * 128 * 128,
    8 * 8 * 128 * 512,
    5120,
  ],
  transformer: [
    28 * 28 * 64,
    // Four encoders: three projections in, one out, queries with keys, weights with values, two dense layers.
    4 * (28 * 4 * 64 * 256 + 2 * 28 * 28 * 256 + 28 * 2 * 64 * 128),
    64 * 128,
    1280,
  ],
};

describe("flopsPerExample", () => {
  it.each(Object.entries(byHand))("counts those of %s", (network, [first, ...others]) => {
    const model = architecture(network).build(tf, { seed: 1, classes: 10 });
    const products = others.reduce((sum, count) => sum + count, 0);
    expect(flopsPerExample(model)).toBe(4 * first + 6 * products);
  });

  it("refuses a layer that it does not know", () => {
    const model = tf.sequential({ layers: [tf.layers.gru({ units: 2, inputShape: [3, 4] })] });
    expect(() => flopsPerExample(model)).toThrow(CongruentError);
    expect(() => flopsPerExample(model)).toThrow(/GRU/);
  });
});
