import { existsSync } from "node:fs";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { sha256 } from "@congruent/core/files";
import type { Recipe } from "@congruent/core/schemas";
import {
  type CsvImages,
  type Dataset,
  partition,
  readCsvFile,
  type Split,
  subsetOf,
  writeDataset,
} from "@congruent/datasets";

/** A CSV file as the study reads it: its first image is taken for a header row. */
export interface StudyFile {
  split: Split;
  /** Rows in the file, the lost one among them. */
  rows: number;
  columns: number;
  missing: number;
  /** Whether the row that was taken for a header is an image. */
  lostAnImage: boolean;
}

export interface StudyFiles {
  train: StudyFile;
  test: StudyFile;
}

/**
 * Writes the images of a recipe's subset as two CSV files without a header, and reads them as if they had one. What was
 * read is byte for byte what the recipe trains on and is tested with.
 *
 * @param folder where the files go, once for each data set and subset
 * @throws CongruentError `E_SUBSET`, `E_WRITE`, `E_STUDY_CSV` where the files have been changed since, and what `readCsvFile` throws
 */
export async function csvFiles(
  dataset: Dataset,
  subset: NonNullable<Recipe["subset"]>,
  folder: string,
): Promise<StudyFiles> {
  const directory = join(folder, sha256(JSON.stringify([dataset.sha256, subset])).slice(0, 12));
  // dataset.json is written last: with it the files are whole.
  if (!existsSync(join(directory, "dataset.json"))) {
    await writeDataset(subsetOf(dataset, subset), { format: "csv", directory, loseFirst: true });
  }
  const [train, test] = await Promise.all(
    ["train.csv", "test.csv"].map((file) => readStudyFile(dataset, join(directory, file))),
  );
  if (!train || !test) throw new Error("two files were read and are not there");
  const recipe = partition(dataset, { subset });
  if (!sameImages(train.split, recipe.train) || !sameImages(test.split, recipe.test)) {
    throw new CongruentError({
      code: "E_STUDY_CSV",
      what: `the images of ${directory} are not those that the models are trained on and tested with`,
      expected: "the files as they were written",
      fix: "remove the folder: the study writes it again",
    });
  }
  return { train, test };
}

async function readStudyFile({ height, width, channels, labels }: Dataset, path: string): Promise<StudyFile> {
  const read = await readCsvFile(path, {
    header: "yes",
    missing: "count",
    size: [height, width, channels],
    labels,
  });
  return {
    split: read.split,
    rows: read.split.labels.length + 1,
    columns: columnsOf(read),
    missing: read.missing.total,
    lostAnImage: read.headerLooksLikeImage,
  };
}

function columnsOf({ header, split }: CsvImages): number {
  return header?.length ?? split.images.data.length / split.labels.length + 1;
}

function sameImages(a: Split, b: Split): boolean {
  const same = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    x.length === y.length &&
    Buffer.compare(Buffer.from(Uint8Array.from(x)), Buffer.from(Uint8Array.from(y))) === 0;
  return same(a.images.data, b.images.data) && same(a.labels, b.labels);
}
