import type { Dataset, DatasetFacts, Split } from "./protocol.js";

/** What a person wants to know of a data set in hand. */
export interface DatasetSummary extends DatasetFacts {
  sha256: Readonly<Record<string, string>>;
  train: SplitSummary;
  test: SplitSummary;
}

export interface SplitSummary {
  /** [n, height, width, channels] */
  shape: readonly number[];
  dtype: "uint8";
  /** Images per class, in the order of the labels. */
  counts: readonly number[];
}

/**
 * A data set's shapes, dtype, images per class, licence and hashes, as data.
 *
 * @example
 * ```ts
 * const split = { images: tensor("uint8", new Uint8Array(3), [3, 1, 1, 1]), labels: Uint8Array.of(0, 1, 1) };
 * const size = { height: 1, width: 1, channels: 1 };
 * const facts = { name: "dots", title: "Dots", labels: ["off", "on"], foreground: "any", license: "CC0-1.0" } as const;
 * inspectDataset({ ...facts, ...size, sha256: {}, train: split, test: split }).train;
 * // => { shape: [3, 1, 1, 1], dtype: "uint8", counts: [1, 2] }
 * ```
 */
export function inspectDataset(dataset: Dataset): DatasetSummary {
  const { train, test, ...facts } = dataset;
  const classes = dataset.labels.length;
  return { ...facts, train: summary(train, classes), test: summary(test, classes) };
}

function summary(split: Split, classes: number): SplitSummary {
  const counts = new Array<number>(classes).fill(0);
  for (const label of split.labels) counts[label]! += 1;
  return { shape: split.images.dims, dtype: split.images.dtype, counts };
}
