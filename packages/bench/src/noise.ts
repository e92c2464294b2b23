import { sizeOf, type Tensor, tensor } from "@congruent/core";

const SEED = 42;

/**
 * Raw pixels that look like nothing, from 0 to 255.
 *
 * @example
 * ```ts
 * noise([2, 2]).data.every((value) => value >= 0 && value <= 255); // => true
 * ```
 */
export function noise(dims: readonly number[]): Tensor<"float32"> {
  let state = SEED;
  const data = Float32Array.from({ length: sizeOf(dims) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return tensor("float32", data, dims);
}
