import type { Call, Operators } from "../../call.js";
import { allocate, isFloat, type Value, type ValueDType } from "../../value.js";

type Key = string | number | bigint;

interface Mapping {
  keys: readonly Key[];
  values: readonly Key[];
  dtype: ValueDType;
  otherwise: Key;
}

/** Every element by the mapping; what it does not know becomes the default. NaN is a key like any other. */
function mapped(call: Call, { keys, values, dtype, otherwise }: Mapping): Value[] {
  const x = call.input(0);
  const known = new Map(keys.map((key, i) => [key, values[i] as Key]));
  const data = allocate(dtype, x.data.length);
  for (let i = 0; i < x.data.length; i++) (data as unknown[])[i] = known.get(x.data[i] as Key) ?? otherwise;
  return [{ dtype, dims: x.dims, data }];
}

/** Strings to their places in a list, or places to strings. */
function byPlace(call: Call, names: readonly string[], numbers: readonly bigint[]): Value[] {
  if (call.input(0).dtype === "string") {
    const otherwise = BigInt(call.int("default_int64", -1));
    return mapped(call, { keys: names, values: numbers, dtype: "int64", otherwise });
  }
  const otherwise = call.string("default_string", "_Unused");
  return mapped(call, { keys: numbers, values: names, dtype: "string", otherwise });
}

function list(call: Call, prefix: "keys" | "values"): { elements: readonly Key[]; dtype: ValueDType } {
  const tensor = call.tensor(`${prefix}_tensor`);
  if (tensor) return { elements: Array.from(tensor.data as Iterable<Key>), dtype: tensor.dtype };
  const strings = call.strings(`${prefix}_strings`);
  if (strings) return { elements: strings, dtype: "string" };
  const ints = call.bigInts(`${prefix}_int64s`);
  if (ints) return { elements: ints, dtype: "int64" };
  return { elements: call.floatList(`${prefix}_floats`) ?? [], dtype: "float32" };
}

function byLists(call: Call): Value[] {
  const [keys, values] = [list(call, "keys"), list(call, "values")];
  const { dtype } = values;
  const given = call.tensor("default_tensor")?.data[0];
  const fallback: Key =
    dtype === "string"
      ? call.string("default_string", "_Unused")
      : isFloat(dtype)
        ? call.float("default_float", -0)
        : dtype === "int64"
          ? BigInt(call.int("default_int64", -1))
          : -1;
  return mapped(call, { keys: keys.elements, values: values.elements, dtype, otherwise: given ?? fallback });
}

function byClasses(call: Call): Value[] {
  const names = call.strings("classes_strings") ?? [];
  return byPlace(
    call,
    names,
    names.map((_, i) => BigInt(i)),
  );
}

/** Rows of scores with their columns' names: what stands for ONNX's sequence of maps. */
function zipMap(call: Call): Value[] {
  const x = call.input(0);
  const keys = call.strings("classlabels_strings") ?? call.bigInts("classlabels_int64s") ?? [];
  if (keys.length !== x.dims.at(-1))
    call.refuse(`${keys.length} names do not suit [${x.dims.join(", ")}]`, "E_NODE_SHAPE");
  return [{ ...x, dims: x.dims.length === 1 ? [1, keys.length] : x.dims, keys }];
}

/** Between class labels and numbers. */
export const labels: Operators = {
  CategoryMapper: {
    1: (call) => byPlace(call, call.strings("cats_strings") ?? [], call.bigInts("cats_int64s") ?? []),
  },
  LabelEncoder: { 1: byClasses, 2: byLists },
  ZipMap: { 1: zipMap },
};
