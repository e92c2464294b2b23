import { float16ToBits } from "@congruent/core";
import type { Call, Operators } from "../call.js";
import { valueDType } from "../from-proto.js";
import { bfloat16FromBits, float16FromBits, roundToBfloat16 } from "../half.js";
import { allocate, type Value, type ValueDType } from "../value.js";

interface Bits {
  bytes: number;
  read(view: DataView): unknown;
  write(view: DataView, x: never): void;
}

const formats: Partial<Record<ValueDType, Bits>> = {
  float32: { bytes: 4, read: (v) => v.getFloat32(0), write: (v, x) => v.setFloat32(0, x) },
  int32: { bytes: 4, read: (v) => v.getInt32(0), write: (v, x) => v.setInt32(0, x) },
  uint32: { bytes: 4, read: (v) => v.getUint32(0), write: (v, x) => v.setUint32(0, x) },
  float64: { bytes: 8, read: (v) => v.getFloat64(0), write: (v, x) => v.setFloat64(0, x) },
  int64: { bytes: 8, read: (v) => v.getBigInt64(0), write: (v, x) => v.setBigInt64(0, x) },
  uint64: { bytes: 8, read: (v) => v.getBigUint64(0), write: (v, x) => v.setBigUint64(0, x) },
  float16: {
    bytes: 2,
    read: (v) => float16FromBits(v.getUint16(0)),
    write: (v, x) => v.setUint16(0, float16ToBits(x)),
  },
  bfloat16: {
    bytes: 2,
    read: (v) => bfloat16FromBits(v.getUint16(0)),
    write: (v, x) => v.setFloat32(0, roundToBfloat16(x)),
  },
  int16: { bytes: 2, read: (v) => v.getInt16(0), write: (v, x) => v.setInt16(0, x) },
  uint16: { bytes: 2, read: (v) => v.getUint16(0), write: (v, x) => v.setUint16(0, x) },
  int8: { bytes: 1, read: (v) => v.getInt8(0), write: (v, x) => v.setInt8(0, x) },
  bool: { bytes: 1, read: (v) => v.getUint8(0), write: (v, x) => v.setUint8(0, x) },
  uint8: { bytes: 1, read: (v) => v.getUint8(0), write: (v, x) => v.setUint8(0, x) },
};

/** The same bits as another type of the same width; a float is rounded to its type first. */
function reread(call: Call): Value[] {
  const x = call.input(0);
  const dtype = valueDType(call.int("to", 0), "the target of the cast");
  const [from, to] = [formats[x.dtype], formats[dtype]];
  if (!from || !to || from.bytes !== to.bytes)
    return call.refuse(`the bits of ${x.dtype} are not read as ${dtype} here`, "E_NODE_DTYPE");
  const view = new DataView(new ArrayBuffer(8));
  const data = allocate(dtype, x.data.length);
  for (let i = 0; i < x.data.length; i++) {
    from.write(view, x.data[i] as never);
    (data as unknown[])[i] = to.read(view);
  }
  return [{ dtype, dims: x.dims, data }];
}

export const bitCast: Operators = { BitCast: { 26: reread } };
