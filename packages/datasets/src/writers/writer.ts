import type { DatasetDescription } from "@congruent/core/schemas";
import type { Dataset } from "../protocol.js";

/** How a data set becomes files. */
export interface DatasetWriter {
  /** The files with their content, in pieces that are made when they are asked for. */
  files(dataset: Dataset, options: { header: boolean }): { file: string; content: Iterable<Uint8Array> }[];
  /** What dataset.json says of them. */
  describe(options: { header: boolean }): DatasetDescription["files"];
}
