import { DTYPES, type DType } from "@congruent/core/essentials";

/** ONNX's element types by their numbers: the name (a {@link DType} where there is one) and the bits of an element in `raw_data`, where that is fixed. */
const TYPES: readonly (readonly [name: string, bits?: number])[] = [
  ["undefined"],
  ["float32", 32],
  ["uint8", 8],
  ["int8", 8],
  ["uint16", 16],
  ["int16", 16],
  ["int32", 32],
  ["int64", 64],
  ["string"],
  ["bool", 8],
  ["float16", 16],
  ["float64", 64],
  ["uint32", 32],
  ["uint64", 64],
  ["complex64", 64],
  ["complex128", 128],
  ["bfloat16", 16],
  ["float8e4m3fn", 8],
  ["float8e4m3fnuz", 8],
  ["float8e5m2", 8],
  ["float8e5m2fnuz", 8],
  ["uint4", 4],
  ["int4", 4],
  ["float4e2m1", 4],
  ["float8e8m0"],
  ["uint2", 2],
  ["int2", 2],
  ["float6e2m3"],
  ["float6e3m2"],
];

/** ONNX's number of each element type that crosses package borders as a `Tensor`. */
export const ONNX_DTYPES = Object.fromEntries(
  DTYPES.map((dtype) => [dtype, TYPES.findIndex(([name]) => name === dtype)]),
) as Readonly<Record<DType, number>>;

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
  return TYPES[type]?.[0] ?? `unknown type ${type}`;
}

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
  const width = TYPES[type]?.[1];
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
