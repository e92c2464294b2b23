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

/** A data set's shapes, dtype, images per class, licence and hashes, as data. */
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
