import type { Call, Operators } from "../../call.js";
import { convert } from "../../convert.js";
import { mapData } from "../../elementwise.js";
import { sampleRows, stacked } from "../../scores.js";
import { isFloat, like, type Value } from "../../value.js";
import { pick } from "../../views.js";

/** Each number of the last axis by its own value of a list, or all by its only one. */
function perFeature(x: Value, f: (each: number, feature: number) => number): Float64Array {
  const width = x.dims.at(-1) ?? 1;
  return Float64Array.from({ length: x.data.length }, (_, i) => f(Number(x.data[i]), i % width));
}

function scaler(call: Call): Value[] {
  const x = call.input(0);
  const [offsets, scales] = [call.floatList("offset") ?? [], call.floatList("scale") ?? []];
  const at = (list: readonly number[], feature: number, otherwise: number) =>
    list.length === 1 ? (list[0] as number) : (list[feature] ?? otherwise);
  const data = perFeature(x, (each, k) => (each - at(offsets, k, 0)) * at(scales, k, 1));
  return [{ dtype: "float32", dims: x.dims, data }];
}

const norms: Readonly<Record<string, (row: Float64Array) => number>> = {
  MAX: (row) => row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  L1: (row) => row.reduce((sum, each) => sum + Math.abs(each), 0),
  L2: (row) => Math.sqrt(row.reduce((sum, each) => sum + each * each, 0)),
};

/** Rows divided by their norm; a row of norm 0 stays as it is. */
function normalizer(call: Call): Value[] {
  const name = call.string("norm", "MAX");
  const norm = norms[name] ?? call.refuse(`it knows no norm ${name}`, "E_NODE_ATTRIBUTE");
  const rows = sampleRows(call).map((row) => {
    const size = norm(row);
    return size === 0 ? row : row.map((each) => each / size);
  });
  const { dims } = call.input(0);
  return [{ ...stacked(rows, rows[0]?.length ?? 0), dims }];
}

function binarizer(call: Call): Value[] {
  const x = call.input(0);
  const threshold = call.float("threshold", 0);
  return [
    like(
      x,
      mapData(convert(x, "float64").data, x.dtype, (each: number) => Number(each > threshold)),
    ),
  ];
}

/** Missing values (NaN, or a number that stands for it) replaced, by feature. */
function imputer(call: Call): Value[] {
  const x = call.input(0);
  if (isFloat(x.dtype)) {
    const values = call.floatList("imputed_value_floats") ?? [];
    const missing = call.float("replaced_value_float", 0);
    const data = perFeature(x, (each, k) =>
      each === missing || (Number.isNaN(missing) && Number.isNaN(each))
        ? (values[k] ?? (values[0] as number))
        : each,
    );
    return [like(x, data)];
  }
  const values = call.bigInts("imputed_value_int64s") ?? [];
  const missing = BigInt(call.int("replaced_value_int64", 0));
  const width = x.dims.at(-1) ?? 1;
  const from = x.data as BigInt64Array;
  const data = from.map((each, i) =>
    each === missing ? (values[i % width] ?? (values[0] as bigint)) : each,
  );
  return [like(x, data)];
}

/** A new last axis with a one at the category's place. */
function oneHotEncoder(call: Call): Value[] {
  const x = call.input(0);
  const strings = call.strings("cats_strings") ?? [];
  const categories = strings.length > 0 ? strings : (call.ints("cats_int64s") ?? []);
  const places = new Map<string | number, number>(categories.map((each, i) => [each, i]));
  const data = new Float64Array(x.data.length * categories.length);
  for (let i = 0; i < x.data.length; i++) {
    const given = x.data[i] as string | number | bigint;
    const place = places.get(typeof given === "string" ? given : Math.trunc(Number(given)));
    if (place !== undefined) data[i * categories.length + place] = 1;
    else if (call.int("zeros", 1) === 0) call.refuse(`${given} is none of its categories`, "E_NODE_VALUE");
  }
  return [{ dtype: "float32", dims: [...x.dims, categories.length], data }];
}

/** Columns of the inputs side by side, each cut or filled up with zeros to its given width. */
function featureVectorizer(call: Call): Value[] {
  const widths = call.ints("inputdimensions");
  const parts = call.all().map((_, index) => sampleRows(call, index));
  const count = parts[0]?.length ?? 0;
  const width = (k: number) => widths?.[k] ?? parts[k]?.[0]?.length ?? 0;
  const total = parts.reduce((sum, _, k) => sum + width(k), 0);
  const rows = Array.from({ length: count }, (_, n) => {
    const row = new Float64Array(total);
    let at = 0;
    parts.forEach((samples, k) => {
      row.set((samples[n] as Float64Array).subarray(0, width(k)), at);
      at += width(k);
    });
    return row;
  });
  return [stacked(rows, total)];
}

/** Columns of the last axis by their numbers; a vector becomes one row. */
function arrayFeatureExtractor(call: Call): Value[] {
  const x = call.input(0);
  const columns = call.numbers(1);
  const width = x.dims.at(-1) ?? 1;
  const rows = x.data.length / width;
  const wrong = columns.find((column) => column < 0 || column >= width);
  if (wrong !== undefined) call.refuse(`column ${wrong} is none of ${width}`, "E_NODE_VALUE");
  const places = Array.from({ length: rows }, (_, n) => columns.map((column) => n * width + column)).flat();
  const lead = x.dims.length === 1 ? [1] : x.dims.slice(0, -1);
  return [pick(x, places, [...lead, columns.length])];
}

/** What prepares features for a model. */
export const features: Operators = {
  ArrayFeatureExtractor: { 1: arrayFeatureExtractor },
  Binarizer: { 1: binarizer },
  FeatureVectorizer: { 1: featureVectorizer },
  Imputer: { 1: imputer },
  Normalizer: { 1: normalizer },
  OneHotEncoder: { 1: oneHotEncoder },
  Scaler: { 1: scaler },
};
