import { createHash } from "node:crypto";
import { join } from "node:path";
import { writeFileAtomic, writeJson } from "@congruent/core/files";
import type { DatasetDescription } from "@congruent/core/schemas";
import { DESCRIPTION_FILE } from "../local/found.js";
import type { Dataset } from "../protocol.js";
import { type WriteFormat, writers } from "./index.js";
import type { DatasetWriter } from "./writer.js";

export interface WriteDatasetOptions {
  format: WriteFormat;
  /** The folder that gets the files and dataset.json. */
  directory: string;
  /** Of CSV files: whether their first row names the columns. */
  header?: boolean;
  /**
   * Writes into dataset.json that the first row of CSV files is a header, though it is an image: whoever reads the folder loses the
   * first image of each file.
   */
  loseFirst?: boolean;
  /** What the data set is called when it is read again. Default: the name with the format behind it. */
  name?: string;
}

export interface WrittenDataset {
  directory: string;
  description: DatasetDescription;
  files: { file: string; bytes: number; sha256: string }[];
}

/**
 * Writes a data set as files that this and other programs read, each whole or not at all, and dataset.json last, so that a folder
 * that has one is complete. The folder is a data set then: `loadDataset(directory)` gives the same arrays.
 *
 * @throws CongruentError `E_WRITE` or `E_DISK_FULL` naming the file
 * @example
 * ```ts no-run
 * await writeDataset(await loadDataset("mnist"), { format: "csv", directory: "data/mnist-csv" });
 * const { train } = await loadDataset("data/mnist-csv");
 * ```
 */
export async function writeDataset(dataset: Dataset, options: WriteDatasetOptions): Promise<WrittenDataset> {
  const {
    format,
    directory,
    header = false,
    loseFirst = false,
    name = `${dataset.name}-${format}`,
  } = options;
  const writer: DatasetWriter = writers[format];
  const written: WrittenDataset["files"] = [];
  for (const { file, content } of writer.files(dataset, { header })) {
    const hash = createHash("sha256");
    let bytes = 0;
    const counted = (function* () {
      for (const part of content) {
        hash.update(part);
        bytes += part.length;
        yield part;
      }
    })();
    await writeFileAtomic(join(directory, file), counted);
    written.push({ file, bytes, sha256: hash.digest("hex") });
  }
  const { title, labels, height, width, channels, foreground, license } = dataset;
  const description: DatasetDescription = {
    schema: "congruent/dataset@1",
    name,
    title,
    labels: [...labels],
    ...{ height, width, channels, foreground, license },
    files: writer.describe({ header: header || loseFirst }),
    sha256: Object.fromEntries(written.map(({ file, sha256 }) => [file, sha256])),
  };
  await writeJson(join(directory, DESCRIPTION_FILE), description);
  return { directory, description, files: written };
}
