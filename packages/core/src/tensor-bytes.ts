/** Tensors as raw bytes: row-major, little-endian (as every machine that these runtimes support). */
import { CongruentError } from "./errors.js";
import { type DType, sizeOf, type Tensor, type TensorData } from "./tensor.js";

const arrays: { [D in DType]: { new (buffer: ArrayBuffer): TensorData[D]; BYTES_PER_ELEMENT: number } } = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  float16: Uint16Array,
  int8: Int8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
};

/** Every element type, for schemas. */
export const DTYPES = Object.keys(arrays) as [DType, ...DType[]];

/**
 * Zeros of a type and shape.
 *
 * @example
 * ```ts
 * emptyTensor("int32", [2, 3]).data.length; // => 6
 * ```
 */
export function emptyTensor<D extends DType>(dtype: D, dims: readonly number[]): Tensor<D> {
  const bytes = sizeOf(dims) * arrays[dtype].BYTES_PER_ELEMENT;
  return { dtype, dims, data: new arrays[dtype](new ArrayBuffer(bytes)) } as Tensor<D>;
}

/**
 * A tensor's bytes, as a view without copying.
 *
 * @example
 * ```ts
 * [...tensorBytes(tensor("int32", Int32Array.of(1, 256), [2]))]; // => [1, 0, 0, 0, 0, 1, 0, 0]
 * ```
 */
export function tensorBytes(source: Tensor): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = source.data;
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}

/**
 * The tensor that bytes and a shape stand for; the bytes are copied, so that they are aligned.
 *
 * @throws CongruentError `E_TENSOR_SIZE` when the number of bytes does not fit the shape.
 * @example
 * ```ts
 * tensorFromBytes(Uint8Array.of(1, 0, 0, 0), "int32", [1]).data[0]; // => 1
 * ```
 */
export function tensorFromBytes<D extends DType>(
  bytes: Uint8Array,
  dtype: D,
  dims: readonly number[],
): Tensor<D> {
  const array = arrays[dtype];
  const expected = sizeOf(dims) * array.BYTES_PER_ELEMENT;
  if (bytes.byteLength !== expected) {
    throw new CongruentError({
      code: "E_TENSOR_SIZE",
      what: `a ${dtype} tensor of shape [${dims.join(", ")}] came as ${bytes.byteLength} bytes`,
      expected: `${expected} bytes`,
    });
  }
  const copy = new Uint8Array(expected);
  copy.set(bytes);
  return { dtype, dims, data: new array(copy.buffer) } as Tensor<D>;
}
