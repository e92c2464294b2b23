import { CongruentError, type Tensor } from "@congruent/core";
import { readBytes, sha256 } from "@congruent/core/files";
import { readNpz } from "../../formats/npz.js";
import type { Split } from "../../protocol.js";
import type { FilesOf, LocalReader } from "./reader.js";

/** The arrays of an npz file that make a data set, as Keras' mnist.npz has them. */
const NPZ_ARRAYS = ["x_train", "y_train", "x_test", "y_test"] as const;

/** Whether an npz file's arrays are those of a data set. */
export function isDatasetNpz(bytes: Uint8Array, name: string): boolean {
  const arrays = readNpz(bytes, { name });
  return NPZ_ARRAYS.every((array) => array in arrays);
}

/** One npz file as Keras publishes its data sets. */
export const npz: LocalReader = async (description, pathOf) => {
  const { file } = description.files as FilesOf<"npz">;
  const bytes = await readBytes(pathOf(file));
  const arrays = readNpz(bytes, { name: file });
  const array = (name: (typeof NPZ_ARRAYS)[number]) => {
    const found = arrays[name];
    if (found) return found;
    throw bad(
      file,
      `has no array ${name}, but ${Object.keys(arrays).join(", ") || "none at all"}`,
      NPZ_ARRAYS.join(", "),
    );
  };
  const split = (images: (typeof NPZ_ARRAYS)[number], labels: (typeof NPZ_ARRAYS)[number]): Split => ({
    images: pixels(file, images, array(images)),
    labels: classes(file, labels, array(labels)),
  });
  return {
    train: split("x_train", "y_train"),
    test: split("x_test", "y_test"),
    sha256: { [file]: sha256(bytes) },
    notices: [],
  };
};

/** uint8 [n, height, width] or [n, height, width, channels]. */
function pixels(file: string, name: string, tensor: Tensor): Tensor<"uint8"> {
  const { dims } = tensor;
  if (tensor.dtype !== "uint8" || dims.length < 3 || dims.length > 4) {
    throw bad(
      file,
      `has ${name} as ${tensor.dtype} [${dims.join(", ")}]`,
      "uint8 of rank 3 or 4: images, height, width and perhaps channels",
    );
  }
  return { ...tensor, dims: dims.length === 3 ? [...dims, 1] : dims };
}

/** Whole numbers [n], or [n, 1] as in Keras' cifar10. */
function classes(file: string, name: string, { data, dims, dtype }: Tensor): Uint8Array | Int32Array {
  const column = dims.length === 1 || (dims.length === 2 && dims[1] === 1);
  const numbers = Array.from(data as ArrayLike<number | bigint>, Number);
  const whole = numbers.every((number) => Number.isInteger(number) && Math.abs(number) < 2 ** 31);
  if (column && whole && dtype !== "float16") {
    return numbers.every((number) => number >= 0 && number <= 255)
      ? Uint8Array.from(numbers)
      : Int32Array.from(numbers);
  }
  throw bad(
    file,
    `has ${name} as ${dtype} [${dims.join(", ")}]${column ? " that are no indices" : ""}`,
    "one whole number for each image",
  );
}

function bad(file: string, what: string, expected: string): CongruentError {
  return new CongruentError({
    code: "E_NPZ_DATASET",
    what: `${file} ${what}`,
    expected,
    fix: "write the file again, such as with numpy.savez(file, x_train=…, y_train=…, x_test=…, y_test=…)",
  });
}
