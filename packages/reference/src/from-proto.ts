/** Weights and constants as the file holds them, decoded. */
import { CongruentError, sizeOf } from "@congruent/core";
import {
  dtypeName,
  rawBytes,
  type SparseTensorProto,
  type TensorProto,
  TensorProto_DataLocation,
} from "@congruent/onnx";
import { bfloat16FromBits, float16FromBits } from "./half.js";
import { SMALL_FLOATS, smallFloatFromBits } from "./small-floats.js";
import { isSmallInteger, SMALL_INTEGERS, unpackBits, wrapSmallInteger } from "./small-integers.js";
import {
  allocate,
  type BigArray,
  isBig,
  type NumberArray,
  VALUE_DTYPES,
  type Value,
  type ValueData,
  type ValueDType,
  zeros,
} from "./value.js";

/**
 * The type that a number of ONNX's enumeration stands for.
 *
 * @throws CongruentError `E_VALUE_DTYPE` for types that the reference does not compute with (complex, float8e8m0)
 * @example
 * ```ts
 * valueDType(1, "w"); // => "float32"
 * ```
 */
export function valueDType(type: number, owner: string): ValueDType {
  const name = dtypeName(type) as ValueDType;
  if (VALUE_DTYPES.includes(name)) return name;
  throw new CongruentError({
    code: "E_VALUE_DTYPE",
    what: `${owner} is of type ${name}, which the reference does not compute with`,
    expected: VALUE_DTYPES.join(", "),
  });
}

/**
 * A tensor of the file as a value in double precision. Half-precision bits are decoded, strings are read as UTF-8.
 *
 * @throws CongruentError `E_VALUE_DTYPE`, or `E_TENSOR_SIZE` for fewer or more elements than the shape says, or
 * `E_EXTERNAL_DATA` where the elements lie in another file that has not been read
 * @example
 * ```ts
 * fromProto(makeTensor("w", tensor("int64", BigInt64Array.of(3n), [1]))).data; // => BigInt64Array.of(3n)
 * ```
 */
export function fromProto(tensor: TensorProto): Value {
  const owner = `the tensor "${tensor.name}"`;
  const dtype = valueDType(tensor.dataType, owner);
  const dims = tensor.dims.map(Number);
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    throw new CongruentError({
      code: "E_EXTERNAL_DATA",
      what: `${owner} lies in another file, which has not been read`,
      fix: "read the model with its external data",
    });
  }
  const size = sizeOf(dims);
  const bits = packedBits(dtype);
  if (bits !== null) return { dtype, dims, data: readPacked(tensor, dtype, size, bits) };
  const given = elementCount(tensor, dtype);
  if (given !== size) {
    throw new CongruentError({
      code: "E_TENSOR_SIZE",
      what: `${owner} of shape [${dims.join(", ")}] has ${given} elements`,
      expected: `${size} elements`,
    });
  }
  const data = allocate(dtype, size);
  if (tensor.rawData.length > 0) readRaw(tensor.rawData, dtype, data);
  else readFields(tensor, dtype, data);
  return { dtype, dims, data };
}

/** Bits of an element of which a byte holds several; null where it holds none or one. */
function packedBits(dtype: ValueDType): number | null {
  if (isSmallInteger(dtype)) return SMALL_INTEGERS[dtype].bits;
  return dtype === "float4e2m1" ? 4 : null;
}

function readPacked(tensor: TensorProto, dtype: ValueDType, size: number, bits: number): ValueData {
  const bytes = tensor.rawData.length > 0 ? tensor.rawData : tensor.int32Data;
  if (bytes.length !== Math.ceil((size * bits) / 8)) {
    throw new CongruentError({
      code: "E_TENSOR_SIZE",
      what: `the tensor "${tensor.name}" of ${size} elements of type ${dtype} has ${bytes.length} bytes`,
      expected: `${Math.ceil((size * bits) / 8)} bytes`,
    });
  }
  const data = allocate(dtype, size) as NumberArray;
  for (let i = 0; i < size; i++) {
    const packed = unpackBits(bytes, bits, i);
    data[i] = isSmallInteger(dtype)
      ? wrapSmallInteger(dtype, packed)
      : smallFloatFromBits("float4e2m1", packed);
  }
  return data;
}

/** A sparse tensor with its zeros filled in. */
export function fromSparseProto({ values, indices, dims: shape }: SparseTensorProto): Value {
  const stored = values ? fromProto(values) : zeros("float32", [0]);
  const at = indices ? fromProto(indices) : zeros("int64", [0]);
  const dims = shape.map(Number);
  const dense = zeros(stored.dtype, dims);
  const count = stored.data.length;
  const rank = at.dims.length === 2 ? (at.dims[1] as number) : 0;
  for (let k = 0; k < count; k++) {
    let position = rank === 0 ? Number(at.data[k]) : 0;
    for (let axis = 0; axis < rank; axis++) {
      position = position * (dims[axis] as number) + Number(at.data[k * rank + axis]);
    }
    (dense.data as unknown[])[position] = stored.data[k];
  }
  return dense;
}

function elementCount(tensor: TensorProto, dtype: ValueDType): number {
  if (dtype === "string") return tensor.stringData.length;
  const bytes = tensor.rawData.length;
  if (bytes > 0) return bytes / (rawBytes(tensor.dataType, 1) as number);
  return fieldOf(tensor, dtype).length;
}

/** The typed field that holds elements of a type where there is no `raw_data`. */
function fieldOf(tensor: TensorProto, dtype: ValueDType): readonly (number | bigint)[] {
  if (dtype === "float32") return tensor.floatData;
  if (dtype === "float64") return tensor.doubleData;
  if (dtype === "int64") return tensor.int64Data;
  return dtype === "uint32" || dtype === "uint64" ? tensor.uint64Data : tensor.int32Data;
}

const halves: Partial<Record<ValueDType, (bits: number) => number>> = {
  float16: float16FromBits,
  bfloat16: bfloat16FromBits,
  ...Object.fromEntries(SMALL_FLOATS.map((name) => [name, (bits: number) => smallFloatFromBits(name, bits)])),
};

function readFields(tensor: TensorProto, dtype: ValueDType, data: ValueData): void {
  if (dtype === "string") {
    const utf8 = new TextDecoder();
    tensor.stringData.forEach((bytes, i) => {
      (data as string[])[i] = utf8.decode(bytes);
    });
    return;
  }
  const field = fieldOf(tensor, dtype);
  if (isBig(dtype)) {
    for (let i = 0; i < field.length; i++) (data as BigArray)[i] = field[i] as bigint;
    return;
  }
  const decode = halves[dtype] ?? Number;
  for (let i = 0; i < field.length; i++) (data as NumberArray)[i] = decode(field[i] as number);
}

type Reader = (view: DataView, at: number) => number | bigint;

const readers: Partial<Record<ValueDType, Reader>> = {
  float16: (view, at) => float16FromBits(view.getUint16(at, true)),
  bfloat16: (view, at) => bfloat16FromBits(view.getUint16(at, true)),
  float64: (view, at) => view.getFloat64(at, true),
  int8: (view, at) => view.getInt8(at),
  int16: (view, at) => view.getInt16(at, true),
  int32: (view, at) => view.getInt32(at, true),
  int64: (view, at) => view.getBigInt64(at, true),
  uint8: (view, at) => view.getUint8(at),
  uint16: (view, at) => view.getUint16(at, true),
  uint32: (view, at) => view.getUint32(at, true),
  uint64: (view, at) => view.getBigUint64(at, true),
  bool: (view, at) => view.getUint8(at),
  ...Object.fromEntries(
    SMALL_FLOATS.map((name) => [
      name,
      (view: DataView, at: number) => smallFloatFromBits(name, view.getUint8(at)),
    ]),
  ),
};

/** `raw_data` is little-endian on every machine. */
function readRaw(bytes: Uint8Array, dtype: ValueDType, data: ValueData): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (dtype === "float32") {
    readFloats(view, data as Float64Array);
    return;
  }
  const read = readers[dtype] as Reader;
  const width = bytes.length / data.length;
  for (let i = 0; i < data.length; i++) (data as unknown[])[i] = read(view, i * width);
}

/** By itself, as most weights are of this type, and a loop without a call for each runs several times as fast. */
function readFloats(view: DataView, data: Float64Array): void {
  for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(4 * i, true);
}
