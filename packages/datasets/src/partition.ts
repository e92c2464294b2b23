import { CongruentError, rows } from "@congruent/core";
import type { Partitioning } from "@congruent/core/schemas";
import { numpyPermutation } from "./numpy-permutation.js";
import type { Dataset, Split } from "./protocol.js";
import { validationSplit } from "./splits.js";
import { picked, stratifiedSubset } from "./subset.js";

/** The images of a data set by what they are for; a part that there is not has no images. */
export interface Partition {
  train: Split;
  validation: Split;
  /** Set apart from the training images and scored at the end. */
  heldOut: Split;
  test: Split;
}

/**
 * Divides a data set as a recipe says: first the subset, then what is held out, then the validation images.
 *
 * @throws CongruentError `E_SUBSET` for counts that the data set does not have, `E_SPLIT` for a part without images
 * @example
 * ```ts
 * const images = { data: new Uint8Array(20), dims: [20, 1, 1, 1], dtype: "uint8" } as const;
 * const split = { images, labels: new Uint8Array(20) };
 * const dots = { name: "dots", title: "Dots", labels: ["a"], height: 1, width: 1, channels: 1 } as const;
 * const dataset = { ...dots, foreground: "any", license: "CC0-1.0", sha256: {}, train: split, test: split } as const;
 * const parts = partition(dataset, { holdOut: { fraction: 0.3, shuffleSeed: 1 }, validationSplit: 0.5 });
 * [parts.train.labels.length, parts.validation.labels.length, parts.heldOut.labels.length]; // => [7, 7, 6]
 * ```
 */
export function partition(dataset: Dataset, plan: Partitioning): Partition {
  const { subset, holdOut, validationSplit = 0 } = plan;
  const all = subset ? stratifiedSubset(dataset.train, subset) : dataset.train;
  const test = subset?.dropFirst ? part(dataset.test, 1, dataset.test.labels.length) : dataset.test;
  const { kept, apart } = holdOut ? drawn(all, holdOut) : { kept: all, apart: none(all) };
  return { ...validated(kept, test, validationSplit), heldOut: apart, test };
}

function validated(
  split: Split,
  test: Split,
  plan: NonNullable<Partitioning["validationSplit"]>,
): { train: Split; validation: Split } {
  if (plan === "test") return { train: split, validation: test };
  if (typeof plan === "number") return validationSplit(split, plan);
  const { kept, apart } = drawn(split, plan);
  return { train: kept, validation: apart };
}

/**
 * scikit-learn's `train_test_split`: of the shuffled images the first ceil(fraction * n) are set apart, the next ones
 * are kept, both in the shuffled order.
 */
function drawn(
  split: Split,
  { fraction, shuffleSeed }: { fraction: number; shuffleSeed: number },
): { kept: Split; apart: Split } {
  const count = split.labels.length;
  const at = Math.ceil(fraction * count);
  if (at === 0 || at === count) {
    throw new CongruentError({
      code: "E_SPLIT",
      what: `a fraction of ${fraction} of ${count} images leaves one part empty`,
      fix: "choose another fraction or a larger data set",
    });
  }
  const order = numpyPermutation(shuffleSeed, count);
  return { kept: picked(split, order.subarray(at)), apart: picked(split, order.subarray(0, at)) };
}

function part(split: Split, begin: number, end: number): Split {
  return { images: rows(split.images, begin, end), labels: split.labels.subarray(begin, end) };
}

function none(split: Split): Split {
  return part(split, 0, 0);
}
