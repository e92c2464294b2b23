import type { Split } from "@congruent/datasets";
import type { Batch } from "./engines/engine.js";

/** The examples at the given positions, as a batch: inputs float32 with the raw values 0 to 255. */
export function gather(split: Split, positions: ArrayLike<number>): Batch {
  const stride = strideOf(split);
  const size = positions.length;
  const inputs = new Float32Array(size * stride);
  const labels = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    const position = positions[i] as number;
    const from = position * stride;
    inputs.set(split.images.data.subarray(from, from + stride), i * stride);
    labels[i] = split.labels[position] as number;
  }
  return { size, inputs, labels };
}

/** Examples `begin` to `end` (exclusive), as a batch. */
export function slice(split: Split, begin: number, end: number): Batch {
  const stride = strideOf(split);
  return {
    size: end - begin,
    inputs: Float32Array.from(split.images.data.subarray(begin * stride, end * stride)),
    labels: Int32Array.from(split.labels.subarray(begin, end)),
  };
}

function strideOf(split: Split): number {
  const [, height = 1, width = 1, channels = 1] = split.images.dims;
  return height * width * channels;
}
