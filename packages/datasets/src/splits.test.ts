import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { permutation, validationSplit } from "./splits.js";
import { codeOf } from "./testing.js";

const split = (n: number) => ({
  images: {
    data: Uint8Array.from({ length: n * 2 }, (_, i) => i),
    dims: [n, 1, 2, 1],
    dtype: "uint8" as const,
  },
  labels: Uint8Array.from({ length: n }, (_, i) => i % 3),
});

describe("validationSplit", () => {
  // Keras: split_at = floor(n * (1 - validation_split)); the sizes were computed with that line in Python.
  it.each([
    [60000, 0.1, 54000],
    [60000, 0.2, 48000],
    [60000, 0.3, 42000],
    [13999, 0.3, 9799],
    [10, 0.9, 0],
    [10, 0.7, 3],
    [7, 0.1, 6],
  ])("%d images, fraction %d: %d are left for training", async (n, fraction, left) => {
    const parts = await codeOf(() => validationSplit(split(n), fraction));
    if (left === 0) expect(parts).toBe("E_SPLIT");
    else {
      expect(parts).toMatchObject({ train: { images: { dims: [left, 1, 2, 1] } } });
      expect(parts).toMatchObject({ validation: { images: { dims: [n - left, 1, 2, 1] } } });
    }
  });

  it("a fraction of 0 sets nothing apart", () => {
    const { train, validation } = validationSplit(split(5), 0);
    expect(train.labels.length).toBe(5);
    expect(validation.images.dims).toEqual([0, 1, 2, 1]);
  });

  it.each([-0.1, 1, 1.5, Number.NaN])("refuses a fraction of %d", async (fraction) => {
    expect(await codeOf(() => validationSplit(split(5), fraction))).toBe("E_SPLIT");
  });
});

describe("permutation", () => {
  it("holds every number once, and the seed decides the order", () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(200), (seed, n) => {
        const order = permutation(seed, n);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
        expect(permutation(seed, n)).toEqual(order);
      }),
    );
  });

  it("stays the same from release to release, so that a recipe's seed keeps its meaning", () => {
    expect([...permutation(42, 10)]).toEqual([1, 5, 8, 6, 2, 7, 9, 4, 3, 0]);
  });

  it("favors no position, also over neighboring seeds: chi-square of where 0 lands", () => {
    const n = 10;
    const runs = 5000;
    const landed = new Array<number>(n).fill(0);
    for (let seed = 0; seed < runs; seed++) landed[permutation(seed, n).indexOf(0)]! += 1;
    const chi2 = landed.reduce((sum, count) => sum + (count - runs / n) ** 2 / (runs / n), 0);
    // 9 degrees of freedom: a fair shuffle exceeds 27.9 once in a thousand, and the seeds are fixed.
    expect(chi2).toBeLessThan(27.9);
  });
});
