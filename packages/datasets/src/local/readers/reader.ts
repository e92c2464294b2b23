import type { DatasetDescription } from "@congruent/core/schemas";
import type { Split } from "../../protocol.js";

/** What a reader makes of a local data set's files. */
export interface LocalData {
  train: Split;
  test: Split;
  /** Of the unpacked files, by their paths in the description. */
  sha256: Record<string, string>;
  /** What a person should know. */
  notices: string[];
}

/** Reads the files that a description names. `pathOf` says where they lie. */
export type LocalReader = (
  description: DatasetDescription,
  pathOf: (file: string) => string,
) => Promise<LocalData>;

/** The description's files, whose format is the reader's own: the index sees to that. */
export type FilesOf<F extends DatasetDescription["files"]["format"]> = Extract<
  DatasetDescription["files"],
  { format: F }
>;

/** The size that a description gives; undefined where it gives none. */
export function describedSize({
  height,
  width,
  channels = 1,
}: DatasetDescription): [number, number, number] | undefined {
  return height === undefined || width === undefined ? undefined : [height, width, channels];
}
