import { CongruentError, rows } from "@congruent/core";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import type { Split } from "./protocol.js";

/**
 * The last fraction of a split set apart for validation, unshuffled, cut where Keras' `validation_split` cuts:
 * floor(n * (1 - fraction)) images are left for training. Both parts are views. With a fraction of 0 the validation
 * part has no images.
 *
 * @throws CongruentError `E_SPLIT` when the fraction is not in [0, 1) or one part would be empty
 * @example
 * ```ts
 * const images = { data: new Uint8Array(10), dims: [10, 1, 1, 1], dtype: "uint8" } as const;
 * const { train, validation } = validationSplit({ images, labels: new Uint8Array(10) }, 0.2);
 * [train.labels.length, validation.labels.length]; // => [8, 2]
 * ```
 */
export function validationSplit(split: Split, fraction: number): { train: Split; validation: Split } {
  const count = split.labels.length;
  const at = Math.floor(count * (1 - fraction));
  const valid = fraction >= 0 && fraction < 1;
  if (!valid || at === 0 || (fraction > 0 && at === count)) {
    throw new CongruentError({
      code: "E_SPLIT",
      what: `a validation fraction of ${fraction} leaves one part of ${count} images empty, or is not from 0 to below 1`,
      expected: "a fraction from 0 to below 1 that leaves images in both parts",
      fix: "choose another fraction",
    });
  }
  return { train: part(split, 0, at), validation: part(split, at, count) };
}

function part(split: Split, begin: number, end: number): Split {
  return { images: rows(split.images, begin, end), labels: split.labels.subarray(begin, end) };
}

/**
 * The numbers 0 to n - 1 in an order that the seed decides (Fisher–Yates over the Mersenne Twister, whose
 * seeding makes neighboring seeds independent). The same on every platform.
 *
 * @example
 * ```ts
 * [...permutation(42, 5)].sort(); // => [0, 1, 2, 3, 4]
 * ```
 */
export function permutation(seed: number, n: number): Uint32Array {
  const generator = mersenne(seed);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = uniformInt(generator, 0, i);
    const kept = order[i]!;
    order[i] = order[j]!;
    order[j] = kept;
  }
  return order;
}
