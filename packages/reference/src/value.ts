/** What flows along a graph's edges here: floats of every width are held in double precision. */
import {
  CongruentError,
  DTYPES,
  type DType,
  float16FromBits,
  float16ToBits,
  sizeOf,
  type Tensor,
  tensor,
} from "@congruent/core";

import { SMALL_FLOATS, type SmallFloat } from "./small-floats.js";

/** The array that holds each ONNX element type. */
export interface ValueArrays extends Record<SmallFloat, Float64Array> {
  float16: Float64Array;
  bfloat16: Float64Array;
  float32: Float64Array;
  float64: Float64Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  uint16: Uint16Array;
  uint32: Uint32Array;
  uint64: BigUint64Array;
  bool: Uint8Array;
  int4: Int8Array;
  int2: Int8Array;
  uint4: Uint8Array;
  uint2: Uint8Array;
  string: string[];
}

/** ONNX's element types by the names that `dtypeName` of @congruent/onnx gives them. */
export type ValueDType = keyof ValueArrays;

/** Arrays whose elements are JavaScript numbers. */
export type NumberArray =
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;
export type BigArray = BigInt64Array | BigUint64Array;
export type ValueData = NumberArray | BigArray | string[];

/**
 * A dense array in row-major order with ONNX's type. `dtype` is what the model declares; a `float32` value of the reference is not
 * rounded to float32.
 */
export interface Value {
  dtype: ValueDType;
  dims: readonly number[];
  data: ValueData;
  /** The columns' names, where the value stands for ZipMap's sequence of maps: `dims` is [samples, columns]. */
  keys?: readonly (bigint | string)[];
  /** Of a sequence: the shapes of its tensors, whose elements follow each other in `data`; `dims` is [data.length]. */
  parts?: readonly (readonly number[])[];
  /** An optional without a value. */
  absent?: true;
}

/** A value of a float type. */
export type FloatValue = Omit<Value, "data"> & { data: Float64Array };

type FixedArray = Exclude<ValueData, string[]>;

const arrays: Record<Exclude<ValueDType, "string">, new (size: number) => FixedArray> = {
  float16: Float64Array,
  bfloat16: Float64Array,
  float32: Float64Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  int4: Int8Array,
  int2: Int8Array,
  uint4: Uint8Array,
  uint2: Uint8Array,
  ...(Object.fromEntries(SMALL_FLOATS.map((name) => [name, Float64Array])) as Record<
    SmallFloat,
    typeof Float64Array
  >),
};

/** Every element type that values may have. */
export const VALUE_DTYPES: readonly ValueDType[] = [...(Object.keys(arrays) as ValueDType[]), "string"];

const floats = new Set<ValueDType>(["float16", "bfloat16", "float32", "float64", ...SMALL_FLOATS]);
const bigs = new Set<ValueDType>(["int64", "uint64"]);

export function isFloat(dtype: ValueDType): boolean {
  return floats.has(dtype);
}

/** Whether the elements are bigints. */
export function isBig(dtype: ValueDType): boolean {
  return bigs.has(dtype);
}

/** The default limit of a value's elements: 2 GiB of doubles. */
export const MOST_ELEMENTS = 2 ** 28;
let limit = MOST_ELEMENTS;

/**
 * Runs `work`, in which no value may have more than `elements` elements: what a file merely claims is refused before it is allocated.
 */
export function withElementLimit<T>(elements: number, work: () => T): T {
  const before = limit;
  limit = elements;
  try {
    return work();
  } finally {
    limit = before;
  }
}

/**
 * Zeros, or empty strings.
 *
 * @throws CongruentError `E_VALUE_SIZE` for more elements than the limit, or a negative size
 * @example
 * ```ts
 * allocate("int64", 2); // => BigInt64Array.of(0n, 0n)
 * allocate("float32", 1); // => Float64Array.of(0)
 * ```
 */
export function allocate<D extends ValueDType>(dtype: D, size: number): ValueArrays[D] {
  if (!(size >= 0 && size <= limit)) {
    throw new CongruentError({
      code: "E_VALUE_SIZE",
      what: `a value of ${size} elements was asked for`,
      expected: `0 to ${limit} elements`,
      fix: "run fewer samples at a time, or raise the limit (maxElements)",
    });
  }
  const made = dtype === "string" ? new Array<string>(size).fill("") : new arrays[dtype as "int8"](size);
  return made as ValueArrays[D];
}

/**
 * A value whose length is checked against its shape.
 *
 * @throws CongruentError `E_TENSOR_SIZE` when `data.length` is not the product of `dims`
 * @example
 * ```ts
 * value("float32", Float64Array.of(1, 2), [2, 1]).dims; // => [2, 1]
 * ```
 */
export function value<D extends ValueDType>(dtype: D, data: ValueArrays[D], dims: readonly number[]): Value {
  const size = sizeOf(dims);
  if (data.length === size) return { dtype, dims, data };
  throw new CongruentError({
    code: "E_TENSOR_SIZE",
    what: `a value of shape [${dims.join(", ")}] was given ${data.length} elements`,
    expected: `${size} elements`,
  });
}

/** A value of the same type with other elements. Default: of the same shape. */
export function like(source: Value, data: ValueData, dims: readonly number[] = source.dims): Value {
  return { dtype: source.dtype, dims, data };
}

/** Zeros of a shape. */
export function zeros(dtype: ValueDType, dims: readonly number[]): Value {
  return { dtype, dims, data: allocate(dtype, sizeOf(dims)) };
}

/**
 * The same numbers in double precision; integers, booleans and doubles are shared, not copied.
 *
 * @example
 * ```ts
 * fromTensor(tensor("float32", Float32Array.of(0.5), [1])).data; // => Float64Array.of(0.5)
 * ```
 */
export function fromTensor({ dtype, data, dims }: Tensor): Value {
  if (dtype === "float16") return { dtype, dims, data: Float64Array.from(data, float16FromBits) };
  return { dtype, dims, data: dtype === "float32" ? Float64Array.from(data) : data };
}

const floatHolders: Readonly<
  Partial<Record<ValueDType, (data: Float64Array) => Float32Array | Uint16Array>>
> = {
  float32: (data) => Float32Array.from(data),
  float16: (data) => Uint16Array.from(data, float16ToBits),
};

/**
 * A tensor as runtimes give it: float32 values are rounded to float32.
 *
 * @throws CongruentError `E_DTYPE` for a type that tensors do not have
 * @example
 * ```ts
 * toTensor(value("float32", Float64Array.of(0.1), [1])).data; // => Float32Array.of(0.1)
 * ```
 */
export function toTensor(source: Value): Tensor {
  const { dtype, data, dims } = source;
  if (!(DTYPES as readonly string[]).includes(dtype)) {
    throw new CongruentError({
      code: "E_DTYPE",
      what: `a value is ${dtype}`,
      expected: `one of ${DTYPES.join(", ")}`,
    });
  }
  const held = floatHolders[dtype]?.(data as Float64Array) ?? data;
  return tensor(dtype as DType, held as Tensor["data"], dims);
}
