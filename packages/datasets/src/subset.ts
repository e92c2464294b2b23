import { CongruentError, sizeOf } from "@congruent/core";
import type { Recipe } from "@congruent/core/schemas";
import type { Dataset, Split } from "./protocol.js";
import { permutation } from "./splits.js";

export type Subset = NonNullable<Recipe["subset"]>;

/**
 * A given number of images of each class, in the order in which a seeded permutation meets them.
 *
 * @throws CongruentError `E_SUBSET` for counts that the images do not have
 */
export function stratifiedSubset(split: Split, subset: Subset): Split {
  return picked(split, chosen(split, subset));
}

/**
 * The data set that a file with these numbers of training images of each class would hold: what `partition` makes of the subset. With
 * `dropFirst` another image goes before them, which a reader that takes the first row for a header loses, and the first test
 * image with it.
 *
 * @throws CongruentError `E_SUBSET` for counts that the training images do not have
 * @example
 * ```ts
 * const images = { data: new Uint8Array(9), dims: [9, 1, 1, 1], dtype: "uint8" } as const;
 * const split = { images, labels: Uint8Array.of(0, 1, 0, 1, 0, 1, 0, 1, 0) };
 * const dots = { name: "dots", title: "Dots", labels: ["a", "b"], height: 1, width: 1, channels: 1 } as const;
 * const dataset = { ...dots, foreground: "any", license: "CC0-1.0", sha256: {}, train: split, test: split } as const;
 * const { train } = subsetOf(dataset, { labelCounts: [3, 2], seed: 42, dropFirst: true });
 * train.labels.length; // => 6
 * ```
 */
export function subsetOf(dataset: Dataset, subset: Subset): Dataset {
  const { train } = dataset;
  const wanted = chosen(train, subset);
  if (!subset.dropFirst) return { ...dataset, train: picked(train, wanted) };
  const taken = new Set(wanted);
  const lost = permutation(subset.seed, train.labels.length).find((position) => !taken.has(position));
  if (lost === undefined) {
    throw new CongruentError({
      code: "E_SUBSET",
      what: "all training images are asked for, and none is left to be lost to a header",
      expected: "fewer images than there are, or dropFirst off",
      fix: "correct the recipe's subset",
    });
  }
  return { ...dataset, train: picked(train, Uint32Array.of(lost, ...wanted)) };
}

function chosen(split: Split, { labelCounts: counts, seed }: Subset): Uint32Array {
  const wanted = [...counts];
  const order = permutation(seed, split.labels.length);
  const positions = order.filter((position) => {
    const label = split.labels[position] as number;
    const left = wanted[label] ?? 0;
    wanted[label] = left - 1;
    return left > 0;
  });
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (positions.length !== total) {
    const short = wanted.findIndex((left) => left > 0);
    throw new CongruentError({
      code: "E_SUBSET",
      what: `${counts[short]} images of class ${short} are asked for, ${wanted[short]} more than there are`,
      expected: "no more images of a class than the training set has",
      fix: "correct the recipe's subset.labelCounts",
    });
  }
  return positions;
}

/** The images at some positions, in their order. */
export function picked(split: Split, positions: Uint32Array): Split {
  const [, ...size] = split.images.dims;
  const stride = sizeOf(size);
  const data = new Uint8Array(positions.length * stride);
  const labels = split.labels.slice(0, positions.length);
  positions.forEach((from, to) => {
    data.set(split.images.data.subarray(from * stride, (from + 1) * stride), to * stride);
    labels[to] = split.labels[from] as number;
  });
  return { images: { ...split.images, data, dims: [positions.length, ...size] }, labels };
}
