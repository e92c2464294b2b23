import { CongruentError } from "./errors.js";

/** Element types that cross package borders; names are ONNX's, in lower case. */
export interface TensorData {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  bool: Uint8Array;
  /** The bits: {@link float16FromBits} tells the numbers. */
  float16: Uint16Array;
  int8: Int8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  uint32: Uint32Array;
  uint64: BigUint64Array;
}

export type DType = keyof TensorData;

/** A dense array in row-major order: `data.length` is the product of `dims`. */
export type Tensor<D extends DType = DType> = {
  [K in D]: { data: TensorData[K]; dims: readonly number[]; dtype: K };
}[D];

/**
 * Number of elements of a shape; 1 for a scalar (`[]`).
 *
 * @example
 * ```ts
 * sizeOf([2, 3]); // => 6
 * sizeOf([]); // => 1
 * ```
 */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/**
 * A tensor whose length is checked against its shape.
 *
 * @throws CongruentError `E_TENSOR_SIZE` when `data.length` is not the product of `dims`.
 * @example
 * ```ts
 * tensor("float32", new Float32Array(6), [2, 3]).dims; // => [2, 3]
 * ```
 */
export function tensor<D extends DType>(dtype: D, data: TensorData[D], dims: readonly number[]): Tensor<D> {
  const size = sizeOf(dims);
  if (data.length !== size) {
    throw new CongruentError({
      code: "E_TENSOR_SIZE",
      what: `a tensor of shape [${dims.join(", ")}] was given ${data.length} values`,
      expected: `${size} values`,
    });
  }
  return { data, dims, dtype } as Tensor<D>;
}

/**
 * Rows `begin` to `end` (exclusive) of the first axis, as a view without copying.
 *
 * @example
 * ```ts
 * const t = tensor("int32", Int32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
 * [...rows(t, 1, 3).data]; // => [3, 4, 5, 6]
 * ```
 */
export function rows<D extends DType>(source: Tensor<D>, begin: number, end: number): Tensor<D> {
  const [count = 0, ...rest] = source.dims;
  const last = Math.min(end, count);
  const stride = sizeOf(rest);
  const data = source.data.subarray(begin * stride, last * stride) as TensorData[D];
  return { data, dims: [last - begin, ...rest], dtype: source.dtype } as Tensor<D>;
}
