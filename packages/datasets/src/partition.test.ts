/** @needs oracle */

import { fileURLToPath } from "node:url";
import { timeLimits } from "@congruent/core/testing";
import { askOracle } from "@congruent/toolchain/testing";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { numpyPermutation } from "./numpy-permutation.js";
import { partition } from "./partition.js";
import type { Dataset, Split } from "./protocol.js";
import { codeOf } from "./testing.js";

jest.setTimeout(timeLimits.programs);

const script = fileURLToPath(new URL("../oracle/scikit_learn_splits.py", import.meta.url));

/** Two pixels an image that hold its number; so each image can be told from the others. */
function numbered(n: number, classes = 3): Split {
  return {
    images: {
      data: Uint8Array.from({ length: n * 2 }, (_, i) => (i >> 1) >> (i % 2 === 0 ? 0 : 8)),
      dims: [n, 1, 2, 1],
      dtype: "uint8",
    },
    labels: Uint8Array.from({ length: n }, (_, i) => i % classes),
  };
}

function numbersOf({ images, labels }: Split): number[] {
  expect(images.dims[0]).toBe(labels.length);
  return Array.from(labels, (_, i) => (images.data[2 * i] ?? 0) + 256 * (images.data[2 * i + 1] ?? 0));
}

const dataset = (train: number, test = 5): Dataset => ({
  name: "numbers",
  title: "Numbers",
  labels: ["a", "b", "c"],
  ...{ height: 1, width: 2, channels: 1 },
  foreground: "any",
  license: "CC0-1.0",
  sha256: {},
  train: numbered(train),
  test: numbered(test),
});

const cases = [
  { n: 60_000, fraction: 0.1, seed: 42 },
  { n: 19_999, fraction: 0.3, seed: 42 },
  { n: 10, fraction: 0.25, seed: 0 },
  { n: 2, fraction: 0.5, seed: 0xffffffff },
  { n: 257, fraction: 0.1, seed: 7 },
  { n: 1000, fraction: 1 / 3, seed: 123_456_789 },
];
type Answer = Record<"kept" | "apart" | "permutation", number[]>;
let answers: Answer[];

beforeAll(async () => {
  const stdout = await askOracle({
    environment: "oracle",
    script,
    input: JSON.stringify(cases),
    timeoutMs: 60_000,
  });
  answers = JSON.parse(stdout) as Answer[];
}, 300_000);

describe.each(cases.map((one, i) => [one.n, one.fraction, one.seed, i] as const))(
  "%d images, fraction %d, seed %d",
  (n, fraction, seed, i) => {
    it("are shuffled as NumPy does", () => {
      expect([...numpyPermutation(seed, n)]).toEqual(answers[i]?.permutation);
    });

    it("are divided as scikit-learn's train_test_split does, for validation and to be held out", () => {
      const plan = { fraction, shuffleSeed: seed };
      const validated = partition(dataset(n), { validationSplit: plan });
      const kept = answers[i]?.kept.map((number) => number % 65_536);
      const apart = answers[i]?.apart.map((number) => number % 65_536);
      expect(numbersOf(validated.train)).toEqual(kept);
      expect(numbersOf(validated.validation)).toEqual(apart);
      expect(validated.heldOut.labels.length).toBe(0);
      const held = partition(dataset(n), { holdOut: plan, validationSplit: 0 });
      expect(numbersOf(held.train)).toEqual(kept);
      expect(numbersOf(held.heldOut)).toEqual(apart);
      expect(held.validation.labels.length).toBe(0);
      const expectedLabels = answers[i]?.apart.map((number) => number % 3);
      expect([...held.heldOut.labels]).toEqual(expectedLabels);
    });
  },
);

describe("partition", () => {
  it("watches with the test set where the recipe says so, and leaves the training images whole", () => {
    const parts = partition(dataset(9, 4), { validationSplit: "test" });
    expect(parts.validation).toBe(parts.test);
    expect(parts.train.labels.length).toBe(9);
  });

  it("draws a subset with the counts asked for, the same for a seed, in another order for another", () => {
    const subset = (seed: number, dropFirst = false) =>
      partition(dataset(300), {
        subset: { labelCounts: [5, 0, 100], seed, dropFirst },
        validationSplit: 0,
      });
    const { train, test } = subset(1);
    expect([0, 1, 2].map((label) => train.labels.filter((l) => l === label).length)).toEqual([5, 0, 100]);
    expect(new Set(numbersOf(train)).size).toBe(105);
    expect(numbersOf(train).map((number) => number % 3)).toEqual([...train.labels]);
    expect(numbersOf(subset(1).train)).toEqual(numbersOf(train));
    expect(numbersOf(subset(2).train)).not.toEqual(numbersOf(train));
    expect(train.labels[0] === train.labels[1] && train.labels.slice(0, 100).every((l) => l === 2)).toBe(
      false,
    );
    expect(numbersOf(test)).toEqual([0, 1, 2, 3, 4]);
    expect(numbersOf(subset(1, true).test)).toEqual([1, 2, 3, 4]);
    expect(numbersOf(subset(1, true).train)).toEqual(numbersOf(train));
  });

  it("has the sizes of study E: 9,799 train, 4,200 watch, 6,000 are held out, 9,999 test", () => {
    const labelCounts = [1962, 2243, 1989, 2021, 1924, 1761, 2038, 2126, 1912, 2023];
    const many: Dataset = {
      ...dataset(1),
      labels: labelCounts.map(String),
      train: numbered(60_000, 10),
      test: numbered(10_000, 10),
    };
    const parts = partition(many, {
      subset: { labelCounts, seed: 42, dropFirst: true },
      holdOut: { fraction: 0.3, shuffleSeed: 42 },
      validationSplit: 0.3,
    });
    const sizes = [parts.train, parts.validation, parts.heldOut, parts.test].map((p) => p.labels.length);
    expect(sizes).toEqual([9_799, 4_200, 6_000, 9_999]);
    const all = [parts.train, parts.validation, parts.heldOut].flatMap(numbersOf);
    expect(new Set(all).size).toBe(19_999);
  });

  it("refuses counts that the data set does not have, and parts without images", async () => {
    const subset = { labelCounts: [5, 4, 3], seed: 1, dropFirst: false };
    expect(await codeOf(() => partition(dataset(9), { subset, validationSplit: 0 }))).toBe("E_SUBSET");
    const unknown = { labelCounts: [1, 1, 1, 1], seed: 1, dropFirst: false };
    expect(await codeOf(() => partition(dataset(9), { subset: unknown, validationSplit: 0 }))).toBe(
      "E_SUBSET",
    );
    const holdOut = { fraction: 0.99, shuffleSeed: 1 };
    expect(await codeOf(() => partition(dataset(9), { holdOut, validationSplit: 0 }))).toBe("E_SPLIT");
  });
});
