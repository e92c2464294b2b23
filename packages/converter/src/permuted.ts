import { type Tensor, tensor } from "@congruent/core";

/**
 * A tensor with its axes in another order.
 *
 * @param permutation which axis of the source stands at each place
 * @example
 * ```ts
 * [...permuted(tensor("float32", Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]), [1, 0]).data]; // => [1, 4, 2, 5, 3, 6]
 * ```
 */
export function permuted(source: Tensor<"float32">, permutation: readonly number[]): Tensor<"float32"> {
  const dims = permutation.map((axis) => source.dims[axis] as number);
  const strides = source.dims.map((_, axis) => source.dims.slice(axis + 1).reduce((a, b) => a * b, 1));
  const steps = permutation.map((axis) => strides[axis] as number);
  const data = new Float32Array(source.data.length);
  const index = dims.map(() => 0);
  let from = 0;
  for (let to = 0; to < data.length; to++) {
    data[to] = source.data[from] as number;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      from += steps[axis] as number;
      if ((index[axis] as number) < (dims[axis] as number)) break;
      from -= (steps[axis] as number) * (dims[axis] as number);
      index[axis] = 0;
    }
  }
  return tensor("float32", data, dims);
}
