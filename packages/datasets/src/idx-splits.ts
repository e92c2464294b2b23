import { CongruentError, type Tensor } from "@congruent/core";
import { readIdx } from "./formats/idx.js";
import type { Split } from "./protocol.js";

/** The names under which MNIST and its drop-in replacements are published. */
export const IDX_FILES = {
  trainImages: "train-images-idx3-ubyte",
  trainLabels: "train-labels-idx1-ubyte",
  testImages: "t10k-images-idx3-ubyte",
  testLabels: "t10k-labels-idx1-ubyte",
} as const;

/**
 * `parse` of a source of gray pictures in four IDX files of the usual names.
 *
 * @example
 * ```ts
 * const images = writeIdx(tensor("uint8", new Uint8Array(8), [2, 2, 2]));
 * const labels = writeIdx(tensor("uint8", Uint8Array.of(5, 0), [2]));
 * const { trainImages, trainLabels, testImages, testLabels } = IDX_FILES;
 * const files = [[trainImages, images], [trainLabels, labels], [testImages, images], [testLabels, labels]] as const;
 * idxSplits(new Map(files)).train.images.dims; // => [2, 2, 2, 1]
 * ```
 */
export function idxSplits(files: ReadonlyMap<string, Uint8Array>): { train: Split; test: Split } {
  return {
    train: split(files, IDX_FILES.trainImages, IDX_FILES.trainLabels),
    test: split(files, IDX_FILES.testImages, IDX_FILES.testLabels),
  };
}

function split(files: ReadonlyMap<string, Uint8Array>, imagesName: string, labelsName: string): Split {
  const images = octets(files, imagesName, 3);
  const labels = octets(files, labelsName, 1);
  return { images: { ...images, dims: [...images.dims, 1] }, labels: labels.data };
}

function octets(files: ReadonlyMap<string, Uint8Array>, name: string, rank: number): Tensor<"uint8"> {
  const tensor = readIdx(files.get(name) ?? new Uint8Array(0), name);
  if (tensor.dtype === "uint8" && tensor.dims.length === rank) return tensor;
  throw new CongruentError({
    code: "E_IDX_SHAPE",
    what: `${name} holds ${tensor.dtype} values of rank ${tensor.dims.length}`,
    expected: `uint8 (ubyte) values of rank ${rank}`,
    fix: "check that the file is the one its name says",
  });
}
