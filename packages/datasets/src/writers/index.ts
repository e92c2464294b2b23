import type { DatasetDescription } from "@congruent/core";
import type { Dataset } from "../protocol.js";
import { csv } from "./csv.js";
import { idx } from "./idx.js";
import { npz } from "./npz.js";

/** How a data set becomes files. */
export interface DatasetWriter {
  /** The files with their content, in pieces that are made when they are asked for. */
  files(dataset: Dataset, options: { header: boolean }): { file: string; content: Iterable<Uint8Array> }[];
  /** What dataset.json says of them. */
  describe(options: { header: boolean }): DatasetDescription["files"];
}

/** One writer for each format of `dataset.json`. */
export const writers = { csv, idx, npz } satisfies Record<
  DatasetDescription["files"]["format"],
  DatasetWriter
>;

export type WriteFormat = keyof typeof writers;
