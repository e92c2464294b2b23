import { CongruentError } from "@congruent/core";
import { writeIdx } from "../formats/idx.js";
import { IDX_FILES } from "../idx-splits.js";
import type { Dataset, Split } from "../protocol.js";
import type { DatasetWriter } from "./writer.js";

/** MNIST's own four files. */
export const idx: DatasetWriter = {
  files: (dataset) => {
    refuseWhatIdxLacks(dataset);
    const { train, test } = dataset;
    return [
      { file: IDX_FILES.trainImages, content: images(train) },
      { file: IDX_FILES.trainLabels, content: labels(train) },
      { file: IDX_FILES.testImages, content: images(test) },
      { file: IDX_FILES.testLabels, content: labels(test) },
    ];
  },
  describe: () => ({ format: "idx", ...IDX_FILES }),
};

function refuseWhatIdxLacks({ channels, labels, title }: Dataset): void {
  if (channels === 1 && labels.length <= 256) return;
  throw new CongruentError({
    code: "E_WRITE_FORMAT",
    what: `${title} has ${channels} channels and ${labels.length} classes`,
    expected: "gray images and at most 256 classes, as MNIST's files have",
    fix: "write npz or csv",
  });
}

function* images({ images: { data, dims } }: Split): Generator<Uint8Array> {
  yield writeIdx({ data, dims: dims.slice(0, 3), dtype: "uint8" });
}

function* labels({ labels }: Split): Generator<Uint8Array> {
  yield writeIdx({ data: Uint8Array.from(labels), dims: [labels.length], dtype: "uint8" });
}
