import type { DatasetDescription } from "@congruent/core/schemas";
import { csv } from "./csv.js";
import { idx } from "./idx.js";
import { npz } from "./npz.js";
import type { LocalReader } from "./reader.js";

/** One reader for each format of `dataset.json`. */
export const localReaders: Readonly<Record<DatasetDescription["files"]["format"], LocalReader>> = {
  csv,
  idx,
  npz,
};
