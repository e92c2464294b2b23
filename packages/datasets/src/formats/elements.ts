import type { TensorData } from "@congruent/core";

/** One way of storing a number in a file. Narrow integers are widened to int32: tensors know neither int8 nor int16. */
export interface Element<D extends keyof TensorData = keyof TensorData> {
  bytes: 1 | 2 | 4 | 8;
  dtype: D;
  create(length: number): TensorData[D];
  read(view: DataView, offset: number, little: boolean): number | bigint;
  write(view: DataView, offset: number, value: number | bigint, little: boolean): void;
}

type Get = (view: DataView, offset: number, little: boolean) => number | bigint;
type Set = (view: DataView, offset: number, value: never, little: boolean) => void;

function element<D extends keyof TensorData>(
  dtype: D,
  bytes: Element["bytes"],
  create: (length: number) => TensorData[D],
  read: Get,
  write: Set,
): Element<D> {
  return { dtype, bytes, create, read, write: write as Element["write"] };
}

const ints = (length: number) => new Int32Array(length);
const octets = (length: number) => new Uint8Array(length);

export const elements = {
  bool: element(
    "bool",
    1,
    octets,
    (v, o) => (v.getUint8(o) === 0 ? 0 : 1),
    (v, o, x: number) => v.setUint8(o, x === 0 ? 0 : 1),
  ),
  uint8: element(
    "uint8",
    1,
    octets,
    (v, o) => v.getUint8(o),
    (v, o, x) => v.setUint8(o, x),
  ),
  int8: element(
    "int32",
    1,
    ints,
    (v, o) => v.getInt8(o),
    (v, o, x) => v.setInt8(o, x),
  ),
  int16: element(
    "int32",
    2,
    ints,
    (v, o, le) => v.getInt16(o, le),
    (v, o, x, le) => v.setInt16(o, x, le),
  ),
  int32: element(
    "int32",
    4,
    ints,
    (v, o, le) => v.getInt32(o, le),
    (v, o, x, le) => v.setInt32(o, x, le),
  ),
  int64: element(
    "int64",
    8,
    (n) => new BigInt64Array(n),
    (v, o, le) => v.getBigInt64(o, le),
    (v, o, x, le) => v.setBigInt64(o, x, le),
  ),
  float32: element(
    "float32",
    4,
    (n) => new Float32Array(n),
    (v, o, le) => v.getFloat32(o, le),
    (v, o, x, le) => v.setFloat32(o, x, le),
  ),
  float64: element(
    "float64",
    8,
    (n) => new Float64Array(n),
    (v, o, le) => v.getFloat64(o, le),
    (v, o, x, le) => v.setFloat64(o, x, le),
  ),
  uint16: element(
    "uint16",
    2,
    (n) => new Uint16Array(n),
    (v, o, le) => v.getUint16(o, le),
    (v, o, x, le) => v.setUint16(o, x, le),
  ),
  uint32: element(
    "uint32",
    4,
    (n) => new Uint32Array(n),
    (v, o, le) => v.getUint32(o, le),
    (v, o, x, le) => v.setUint32(o, x, le),
  ),
  uint64: element(
    "uint64",
    8,
    (n) => new BigUint64Array(n),
    (v, o, le) => v.getBigUint64(o, le),
    (v, o, x, le) => v.setBigUint64(o, x, le),
  ),
  // As bits, which is how tensors hold it.
  float16: element(
    "float16",
    2,
    (n) => new Uint16Array(n),
    (v, o, le) => v.getUint16(o, le),
    (v, o, x, le) => v.setUint16(o, x, le),
  ),
} satisfies Record<string, Element>;

export type ElementName = keyof typeof elements;

/**
 * Bytes as an array of their dtype. uint8 is a view of the bytes, everything else a copy: files promise no alignment or
 * this machine's byte order.
 */
export function decode(name: ElementName, bytes: Uint8Array, little: boolean): TensorData[keyof TensorData] {
  // Not `bytes` itself: it may be a Buffer, whose slice() and JSON differ from a Uint8Array's.
  if (name === "uint8") return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  const stored: Element = elements[name];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = stored.create(Math.floor(bytes.length / stored.bytes));
  for (let i = 0; i < data.length; i++) data[i] = stored.read(view, i * stored.bytes, little);
  return data;
}

/** The opposite of `decode`, into `target`, which must have room for it. */
export function encode(
  name: ElementName,
  data: TensorData[keyof TensorData],
  target: Uint8Array,
  little: boolean,
): void {
  if (name === "uint8") {
    target.set(data as Uint8Array);
    return;
  }
  const stored: Element = elements[name];
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  for (let i = 0; i < data.length; i++) stored.write(view, i * stored.bytes, data[i]!, little);
}

/** Elements of a shape read from a file; Infinity where the claim is beyond anything that could be there. */
export function claimedElements(dims: readonly number[]): number {
  const product = dims.filter((dim) => dim !== 0).reduce((size, dim) => size * dim, 1);
  if (product > Number.MAX_SAFE_INTEGER) return Number.POSITIVE_INFINITY;
  return dims.includes(0) ? 0 : product;
}
