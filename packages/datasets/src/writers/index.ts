import type { DatasetDescription } from "@congruent/core/schemas";
import { csv } from "./csv.js";
import { idx } from "./idx.js";
import { npz } from "./npz.js";
import type { DatasetWriter } from "./writer.js";

/** One writer for each format of `dataset.json`. */
export const writers = { csv, idx, npz } satisfies Record<
  DatasetDescription["files"]["format"],
  DatasetWriter
>;

export type WriteFormat = keyof typeof writers;
