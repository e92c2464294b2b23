/** An error that went into many elements at once: sums of such elements stay inside their bounds. */
import { tensor } from "@congruent/core";
import {
  makeGraph,
  makeModel,
  makeNode,
  makeTensor,
  makeTensorValueInfo,
  type NodeProto,
} from "@congruent/onnx";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { interpretWithBounds } from "./index.js";

const ROWS = 2;
const SIZE = 256;
const CHANNELS = 4;
const shape = [ROWS, CHANNELS, SIZE / CHANNELS];
const each = [...Array(SIZE).keys()];
const int64 = (name: string, ...numbers: number[]) =>
  makeTensor(name, tensor("int64", BigInt64Array.from(numbers, BigInt), [numbers.length]));
const ints = (...numbers: number[]) => numbers.map(BigInt);

/** From `x` ([rows, size]) to `spread` of the same shape: one element of a row has a part in all others. */
const sources: Record<string, NodeProto[]> = {
  "less the least": [
    makeNode("ReduceMin", ["x"], ["one"], { attributes: { axes: ints(1) } }),
    makeNode("Sub", ["x", "one"], ["spread"]),
  ],
  "divided by the largest": [
    makeNode("ReduceMax", ["x"], ["one"], { attributes: { axes: ints(1) } }),
    makeNode("Div", ["x", "one"], ["spread"]),
  ],
  "plus the first": [
    makeNode("Slice", ["x", "zero", "unit", "unit"], ["one"]),
    makeNode("Add", ["one", "x"], ["spread"]),
  ],
  "times the first, expanded": [
    makeNode("Slice", ["x", "zero", "unit", "unit"], ["one"]),
    makeNode("Expand", ["one", "wide"], ["many"]),
    makeNode("Mul", ["many", "x"], ["spread"]),
  ],
  "plus the first, gathered": [
    makeNode("Gather", ["x", "zeros"], ["many"], { attributes: { axis: 1n } }),
    makeNode("Add", ["many", "x"], ["spread"]),
  ],
  "the first, chosen": [
    makeNode("Slice", ["x", "zero", "unit", "unit"], ["one"]),
    makeNode("Where", ["always", "one", "x"], ["spread"]),
  ],
};
/** From `spread` to `moved` of the shape [rows, channels, size / channels]. */
const steps: Record<string, NodeProto[]> = {
  nothing: [makeNode("Reshape", ["spread", "cube"], ["moved"])],
  "a Relu": [makeNode("Relu", ["spread"], ["half"]), makeNode("Reshape", ["half", "cube"], ["moved"])],
  "a Neg": [makeNode("Neg", ["spread"], ["less"]), makeNode("Reshape", ["less", "cube"], ["moved"])],
  "a BatchNormalization": [
    makeNode("Reshape", ["spread", "cube"], ["plain"]),
    makeNode("BatchNormalization", ["plain", "scale", "shift", "mean", "variance"], ["moved"]),
  ],
};
/** To `y`. */
const sums: Record<string, NodeProto[]> = {
  MatMul: [makeNode("Reshape", ["moved", "flat"], ["row"]), makeNode("MatMul", ["row", "weights"], ["y"])],
  ReduceSum: [makeNode("ReduceSum", ["moved"], ["y"], { attributes: { keepdims: 0n } })],
  Conv: [makeNode("Conv", ["moved", "kernel"], ["y"])],
  GlobalAveragePool: [makeNode("GlobalAveragePool", ["moved"], ["y"])],
  "a mean, then a MatMul": [
    makeNode("ReduceMean", ["moved"], ["means"], { attributes: { axes: ints(1) } }),
    makeNode("MatMul", ["means", "narrow"], ["y"]),
  ],
  ReduceSumSquare: [makeNode("ReduceSumSquare", ["moved"], ["y"], { attributes: { keepdims: 0n } })],
};

const floats = (name: string, data: readonly number[], dims: readonly number[]) =>
  makeTensor(name, tensor("float32", Float32Array.from(data), dims));

function modelOf(source: string, step: string, sum: string, weights: readonly number[]) {
  const nodes = [sources[source], steps[step], sums[sum]].flatMap((list) => list ?? []);
  const initializers = [
    int64("zero", 0),
    int64("unit", 1),
    int64("wide", 1, SIZE),
    int64("cube", ...shape),
    int64("flat", ROWS, SIZE),
    int64("zeros", ...each.map(() => 0)),
    makeTensor("always", tensor("bool", new Uint8Array(SIZE).fill(1), [1, SIZE])),
    floats("weights", weights, [SIZE, 1]),
    floats("narrow", weights.slice(0, SIZE / CHANNELS), [SIZE / CHANNELS, 1]),
    floats("kernel", weights, [1, CHANNELS, SIZE / CHANNELS]),
    floats("scale", [1, -2, 0.5, 3], [CHANNELS]),
    floats("shift", [0, 1, -1, 0], [CHANNELS]),
    floats("mean", [0.5, 0.1, 0, 1], [CHANNELS]),
    floats("variance", [1, 2, 0.5, 1], [CHANNELS]),
  ];
  const graph = makeGraph(
    nodes,
    "shared",
    [makeTensorValueInfo("x", "float32", [ROWS, SIZE])],
    [makeTensorValueInfo("y", "float32", [])],
    initializers,
  );
  return makeModel(graph, { opset: 17 });
}

/** Drawn from a seed, because a smaller counterexample of hundreds of numbers would say no more. */
function drawn(seed: number, count: number, min: number, max: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    // Numerical Recipes' generator.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround(min + (state / 2 ** 32) * (max - min));
  });
}

describe("an error that many elements share", () => {
  it.each(Object.keys(sources))("%s: moves no sum out of its bound", (source) => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(steps)),
        fc.constantFrom(...Object.keys(sums)),
        fc.nat(),
        fc.boolean(),
        fc.constantFrom<1 | -1>(1, -1),
        (step, sum, seed, alike, sign) => {
          const x = drawn(seed, ROWS * SIZE, 0.5, 2);
          const weights = drawn(seed + 1, SIZE, -1, 1);
          const model = modelOf(source, step, sum, alike ? weights.map(Math.abs) : weights);
          const error = 2 ** -13;
          const errors = Float64Array.from(x, () => error + 2 ** -22);
          const feed = (data: readonly number[]) => ({
            x: tensor("float32", Float32Array.from(data), [ROWS, SIZE]),
          });
          const { outputs, bounds } = interpretWithBounds(model, feed(x), { inputErrors: { x: errors } });
          // The elements that have a part in all others move alone: the least, the largest and the first of each row.
          for (const chosen of [0, extreme(x, -1), extreme(x, 1)]) {
            const moved = x.map((value, i) => (i % SIZE === chosen ? value + sign * error : value));
            const other = interpretWithBounds(model, feed(moved)).outputs.get("y")?.data as Float64Array;
            const y = outputs.get("y")?.data as Float64Array;
            const bound = bounds.get("y")?.errors;
            for (const [i, value] of y.entries())
              expect(Math.abs((other[i] as number) - value)).toBeLessThanOrEqual(bound?.[i] as number);
          }
        },
      ),
      { numRuns: 40, seed: 11 },
    );
  });
});

/** Of the first row. */
function extreme(x: readonly number[], sign: 1 | -1): number {
  const row = x.slice(0, SIZE);
  return row.indexOf(sign * Math.max(...row.map((value) => sign * value)));
}
