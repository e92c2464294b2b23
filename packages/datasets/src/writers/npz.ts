import type { Tensor } from "@congruent/core";
import { writeNpz } from "../formats/npz.js";
import type { Split } from "../protocol.js";
import type { DatasetWriter } from "./writer.js";

const FILE = "dataset.npz";

/** One file with x_train, y_train, x_test and y_test, as Keras publishes its data sets; gray images without their last axis. */
export const npz: DatasetWriter = {
  files: ({ train, test }) => [{ file: FILE, content: archive(train, test) }],
  describe: () => ({ format: "npz", file: FILE }),
};

function* archive(train: Split, test: Split): Generator<Uint8Array> {
  yield writeNpz(
    { x_train: pixels(train), y_train: labels(train), x_test: pixels(test), y_test: labels(test) },
    { compress: true },
  );
}

function pixels({ images }: Split): Tensor {
  return images.dims.at(-1) === 1 ? { ...images, dims: images.dims.slice(0, -1) } : images;
}

function labels({ labels }: Split): Tensor {
  const dims = [labels.length];
  return labels instanceof Uint8Array
    ? { data: labels, dims, dtype: "uint8" }
    : { data: labels, dims, dtype: "int32" };
}
