/** Weights as values, whichever of ONNX's fields holds them. */
import { createHash } from "node:crypto";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
} from "@congruent/onnx";
import { fromProto, type Value } from "@congruent/reference";

const keys = new WeakMap<TensorProto, string>();

/** Equal for equal type, shape and values. */
export function tensorKey(tensor: TensorProto): string {
  const known = keys.get(tensor);
  if (known !== undefined) return known;
  const nameless = create(TensorProtoSchema, { ...tensor, name: "", docString: "" });
  const value = decoded(tensor);
  const hash = createHash("sha256").update(`${tensor.dataType} ${tensor.dims.join()} `);
  // The bits: a zero of another sign is another value.
  if (value && ArrayBuffer.isView(value.data)) hash.update(bytesOf(value.data));
  else if (value) for (const text of value.data) hash.update(`${JSON.stringify(text)},`);
  else hash.update(toBinary(TensorProtoSchema, nameless));
  const key = hash.digest("base64");
  keys.set(tensor, key);
  return key;
}

/** Null for what cannot be decoded here: weights in other files, and types that no runtime computes with. */
export function decoded(tensor: TensorProto): Value | null {
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL) return null;
  if (tensor.rawData.length > 0 && UNKNOWN.has(tensor.dataType)) return null;
  return UNKNOWN.has(tensor.dataType) ? null : fromProto(tensor);
}

/** Types of complex numbers and of fewer than 8 bits, and float8 ones. */
const UNKNOWN: ReadonlySet<number> = new Set(
  Object.entries(TensorProto_DataType)
    .filter(([name]) => /COMPLEX|FLOAT8|FLOAT4|INT4|INT2|UNDEFINED/.test(name))
    .map(([, type]) => Number(type)),
);

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
