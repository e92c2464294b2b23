import { CongruentError, type Tensor } from "@congruent/core";
import type { DatasetFile } from "./dataset-file.js";
import type { Place } from "./places/place.js";

/** Images of one size and the class of each. */
export interface Split {
  /** [n, height, width, channels], raw 0..255 */
  images: Tensor<"uint8">;
  /** One per image: an index into the data set's `labels`. */
  labels: Uint8Array | Int32Array;
}

/** What is known of a data set without having it. */
export interface DatasetFacts {
  /** Its key: lower-case letters, digits and dashes. */
  name: string;
  title: string;
  /** Names of the classes, in the order of their indices. */
  labels: readonly string[];
  height: number;
  width: number;
  channels: number;
  /** How the pictures look: MNIST's strokes are light on dark. */
  foreground: "light" | "dark" | "any";
  /** An SPDX identifier where there is one. */
  license: string;
}

/** A data set in memory, checked. */
export interface Dataset extends DatasetFacts {
  /** Unpacked file's name to its SHA-256, hexadecimal. */
  sha256: Readonly<Record<string, string>>;
  train: Split;
  test: Split;
}

/** Where a data set comes from and how its files are read: what `registerDataset` takes. */
export interface DatasetSource extends DatasetFacts {
  files: readonly DatasetFile[];
  /** Tried in this order, after the local cache. */
  places: readonly Place[];
  /** The splits in the unpacked files, which are by name. */
  parse(files: ReadonlyMap<string, Uint8Array>): { train: Split; test: Split };
}

/**
 * The data set, if its arrays fit together.
 *
 * @throws CongruentError `E_DATASET_EMPTY`, `E_DATASET_SHAPE`, `E_DATASET_COUNT` (as many labels as images),
 * `E_LABEL_RANGE`
 * @example
 * ```ts
 * const split = { images: tensor("uint8", Uint8Array.of(0, 255), [2, 1, 1, 1]), labels: Uint8Array.of(0, 1) };
 * const size = { height: 1, width: 1, channels: 1 };
 * const facts = { name: "dots", title: "Dots", labels: ["off", "on"], foreground: "any", license: "CC0-1.0" } as const;
 * checkDataset({ ...facts, ...size, sha256: {}, train: split, test: split }).labels; // => ["off", "on"]
 * ```
 */
export function checkDataset(dataset: Dataset): Dataset {
  checkSplit(dataset, "train");
  checkSplit(dataset, "test");
  return dataset;
}

function checkSplit(dataset: Dataset, name: "train" | "test"): void {
  const { images, labels } = dataset[name];
  const where = `the ${name} split of ${dataset.title}`;
  const [count, ...size] = images.dims;
  const { height, width, channels } = dataset;
  if (!count) {
    throw bad("E_DATASET_EMPTY", `${where} has no images`, "at least one image");
  }
  if (size.join() !== [height, width, channels].join()) {
    throw bad(
      "E_DATASET_SHAPE",
      `${where} has images of shape [${size.join(", ")}]`,
      `[${height}, ${width}, ${channels}] (height, width, channels)`,
    );
  }
  if (labels.length !== count) {
    throw bad(
      "E_DATASET_COUNT",
      `${where} has ${count} images and ${labels.length} labels`,
      "as many of both",
    );
  }
  const classes = dataset.labels.length;
  const index = labels.findIndex((label) => label < 0 || label >= classes);
  if (index >= 0) {
    throw bad(
      "E_LABEL_RANGE",
      `label ${labels[index]} of image ${index} in ${where} names no class`,
      `0 to ${classes - 1}`,
    );
  }
}

function bad(code: string, what: string, expected: string): CongruentError {
  return new CongruentError({ code, what, expected, fix: "check the files that the data set is read from" });
}
