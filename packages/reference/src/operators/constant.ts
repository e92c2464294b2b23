import { sizeOf } from "@congruent/core";
import type { Call, Operators } from "../call.js";
import { fromSparseProto } from "../from-proto.js";
import { allocate, type Value, value } from "../value.js";

/** Exactly one attribute holds the value. */
function given(call: Call): Value[] {
  const [name] = [...call.attributes.keys()];
  const form = forms[name ?? ""];
  return [form?.(call, name as string) ?? call.refuse(`it has no value but ${name}`, "E_NODE_ATTRIBUTE")];
}

const forms: Readonly<Record<string, (call: Call, name: string) => Value | undefined>> = {
  value: (call, name) => call.tensor(name),
  sparse_value: (call, name) => {
    const sparse = call.attributes.get(name)?.sparseTensor;
    return sparse && fromSparseProto(sparse);
  },
  value_float: (call, name) => value("float32", Float64Array.of(call.float(name, 0)), []),
  value_floats: (call, name) => list(Float64Array.from(call.floatList(name) ?? []), "float32"),
  value_int: (call, name) => value("int64", BigInt64Array.of(BigInt(call.int(name, 0))), []),
  value_ints: (call, name) => list(BigInt64Array.from(call.bigInts(name) ?? []), "int64"),
  value_string: (call, name) => value("string", [call.string(name, "")], []),
  value_strings: (call, name) => list(call.strings(name) ?? [], "string"),
};

function list(data: Float64Array | BigInt64Array | string[], dtype: "float32" | "int64" | "string"): Value {
  return { dtype, dims: [data.length], data };
}

function ofShape(call: Call): Value[] {
  const dims = call.numbers(0);
  const fill = call.tensor("value") ?? value("float32", Float64Array.of(0), [1]);
  const data = allocate(fill.dtype, sizeOf(dims));
  (data as unknown[]).fill(fill.data[0]);
  return [{ dtype: fill.dtype, dims, data }];
}

export const constant: Operators = {
  Constant: { 1: given },
  ConstantOfShape: { 9: ofShape },
};
