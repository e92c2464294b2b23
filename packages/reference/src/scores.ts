/** What the classifiers of ONNX-ML have in common: class labels and the functions that make scores of sums. */
import type { Call } from "./call.js";
import { type Value, value } from "./value.js";

const logistic = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)));

function softmax(row: Float64Array): Float64Array {
  const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = row.map((x) => Math.exp(x - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((x) => x / sum);
}

/** As ONNX Runtime defines it: a score of zero keeps its place, all others are powers. */
function softmaxZero(row: Float64Array): Float64Array {
  const most = row.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = row.map((x) => (Math.abs(x) > 1e-7 ? Math.exp(x - most) : x * Math.exp(-most)));
  const sum = powers.reduce((a, b) => a + b, 0);
  return sum === 0 ? powers.fill(0.5) : powers.map((x) => x / sum);
}

/** One row of scores made from one row of sums. */
export type PostTransform = (row: Float64Array) => Float64Array;

const transforms: Readonly<Record<string, PostTransform>> = {
  NONE: (row) => row,
  LOGISTIC: (row) => row.map(logistic),
  SOFTMAX: softmax,
  SOFTMAX_ZERO: softmaxZero,
};

/** PROBIT is refused: runtimes approximate it, each in its own way. */
export function postTransform(call: Call): PostTransform {
  const name = call.string("post_transform", "NONE");
  return transforms[name] ?? call.refuse(`post_transform ${name} is not computed here`, "E_NODE_ATTRIBUTE");
}

/** Class labels of the node: numbers or strings, and how many. */
export interface Labels {
  count: number;
  /** The labels at given places, as an output. */
  pick(places: readonly number[]): Value;
}

export function labelsOf(call: Call, intsName: string): Labels {
  const strings = call.strings("classlabels_strings") ?? [];
  const ints = call.bigInts(intsName) ?? [];
  if (strings.length > 0) {
    return {
      count: strings.length,
      pick: (places) =>
        value(
          "string",
          places.map((at) => strings[at] ?? ""),
          [places.length],
        ),
    };
  }
  return {
    count: ints.length,
    pick: (places) =>
      value(
        "int64",
        BigInt64Array.from(places, (at) => ints[at] ?? BigInt(at)),
        [places.length],
      ),
  };
}

/** The first place of the largest element. */
export function argMax(row: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if ((row[i] as number) > (row[best] as number)) best = i;
  return best;
}

/** Rows as one float32 output. */
export function stacked(rows: readonly Float64Array[], width: number): Value {
  const data = new Float64Array(rows.length * width);
  rows.forEach((row, n) => {
    data.set(row, n * width);
  });
  return { dtype: "float32", dims: [rows.length, width], data };
}

/** The input's samples as rows of doubles; a vector is one row. */
export function sampleRows(call: Call, index = 0): Float64Array[] {
  const given = call.input(index);
  const numbers = Float64Array.from(call.numbers(index));
  const width = given.dims.length > 1 ? numbers.length / (given.dims[0] as number) : numbers.length;
  const count = given.dims.length > 1 ? (given.dims[0] as number) : 1;
  return Array.from({ length: count }, (_, n) => numbers.subarray(n * width, (n + 1) * width));
}
