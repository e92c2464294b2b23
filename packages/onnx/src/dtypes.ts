import type { DType } from "@congruent/core";
import { TensorProto_DataType as T } from "./generated/onnx/onnx-ml_pb.js";

/** ONNX's number of each element type that crosses package borders as a `Tensor`. */
export const ONNX_DTYPES: Readonly<Record<DType, T>> = {
  float32: T.FLOAT,
  float64: T.DOUBLE,
  int32: T.INT32,
  int64: T.INT64,
  uint8: T.UINT8,
  bool: T.BOOL,
  float16: T.FLOAT16,
  int8: T.INT8,
  int16: T.INT16,
  uint16: T.UINT16,
  uint32: T.UINT32,
  uint64: T.UINT64,
};

const names = new Map<number, string>(Object.entries(ONNX_DTYPES).map(([name, type]) => [type, name]));

/**
 * The name of an ONNX element type: a {@link DType} where there is one, else ONNX's own in lower case.
 *
 * @example
 * ```ts
 * dtypeName(1); // => "float32"
 * dtypeName(10); // => "float16"
 * ```
 */
export function dtypeName(type: number): string {
  return names.get(type) ?? T[type]?.toLowerCase() ?? `unknown type ${type}`;
}

/** Bits of one element in `raw_data`; types that are absent (strings) have no fixed size. */
const bits: Readonly<Partial<Record<T, number>>> = {
  [T.FLOAT]: 32,
  [T.UINT8]: 8,
  [T.INT8]: 8,
  [T.UINT16]: 16,
  [T.INT16]: 16,
  [T.INT32]: 32,
  [T.INT64]: 64,
  [T.BOOL]: 8,
  [T.FLOAT16]: 16,
  [T.DOUBLE]: 64,
  [T.UINT32]: 32,
  [T.UINT64]: 64,
  [T.COMPLEX64]: 64,
  [T.COMPLEX128]: 128,
  [T.BFLOAT16]: 16,
  [T.FLOAT8E4M3FN]: 8,
  [T.FLOAT8E4M3FNUZ]: 8,
  [T.FLOAT8E5M2]: 8,
  [T.FLOAT8E5M2FNUZ]: 8,
  [T.UINT4]: 4,
  [T.INT4]: 4,
  [T.FLOAT4E2M1]: 4,
  [T.UINT2]: 2,
  [T.INT2]: 2,
};

/**
 * Bytes that `count` elements take in `raw_data`, or null where the type has no fixed size.
 *
 * @example
 * ```ts
 * rawBytes(ONNX_DTYPES.float32, 6); // => 24
 * rawBytes(8, 1); // => null
 * ```
 */
export function rawBytes(type: number, count: number): number | null {
  const width = bits[type as T];
  return width === undefined ? null : Math.ceil((count * width) / 8);
}

/**
 * How many elements a shape has as the file states it: also of numbers that no array could hold.
 *
 * @example
 * ```ts
 * elementCount([2n ** 40n, 2n ** 40n]); // => 2n ** 80n
 * elementCount([]); // => 1n
 * ```
 */
export function elementCount(dims: readonly bigint[]): bigint {
  return dims.reduce((product, dim) => product * dim, 1n);
}
