/**
 * Honest algorithms stay within the statistical bound. Each is written here in float32, step by step: what kernels of several makes do that
 * is not the textbook's formula in the textbook's order.
 */
import { sizeOf, tensor } from "@congruent/core";
import { type AttributeValue, makeGraph, makeModel, makeNode, makeTensorValueInfo } from "@congruent/onnx";
import { seededNumbers } from "@congruent/onnx/testing";
import { describe, expect, it } from "@jest/globals";
import type { Value } from "../value.js";
import { compareWithBound, interpretWithBounds } from "./index.js";

const f = Math.fround;
type Floats = Float32Array;

function bounded(
  opType: string,
  inputs: Record<string, { data: Floats; dims: number[] }>,
  attributes: Record<string, AttributeValue> = {},
  opset = 20,
) {
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { data, dims }]) => [name, tensor("float32", data, dims)]),
  );
  const graph = makeGraph(
    [makeNode(opType, Object.keys(inputs), ["y"], { attributes })],
    "g",
    Object.entries(inputs).map(([name, { dims }]) => makeTensorValueInfo(name, "float32", dims)),
    [makeTensorValueInfo("y", "float32", [])],
  );
  const { outputs, bounds } = interpretWithBounds(makeModel(graph, { opset }), feeds);
  const reference = outputs.get("y") as Value;
  return (seen: Floats) =>
    compareWithBound(tensor("float32", seen, [...reference.dims]), reference, bounds.get("y")?.errors ?? null)
      .ratio;
}

/** Kinds of data: centered, of one sign as after a ReLU, of sizes far apart, and ordered so that partial sums grow before they cancel. */
const data: Record<string, (next: () => number, i: number, n: number) => number> = {
  centered: (next) => next(),
  positive: (next) => Math.max(0, next()),
  "far apart": (next) => next() * 10 ** (4 * next()),
  "first up, then down": (next, i, n) => (i < n / 2 ? 1 : -1) * (1 + 0.2 * next()),
  "up and down in turn": (next, i) => (i % 2 ? 1 : -1) * (1 + 0.2 * next()),
  constant: () => 0.1,
};
const kinds = Object.keys(data);

function drawn(
  kind: string,
  seed: number,
  dims: number[],
  period = sizeOf(dims),
): { data: Floats; dims: number[] } {
  const next = seededNumbers(seed);
  const size = sizeOf(dims);
  const make = data[kind] as (typeof data)[string];
  return { dims, data: Float32Array.from({ length: size }, (_, i) => make(next, i % period, period)) };
}

/** One sum of products by each habit. */
const dots: Record<string, (a: Floats, b: Floats) => number> = {
  "in turn": (a, b) => a.reduce((sum, x, i) => f(sum + f(x * (b[i] as number))), 0),
  fused: (a, b) => a.reduce((sum, x, i) => f(sum + x * (b[i] as number)), 0),
  "in four lanes": (a, b) => {
    const lanes = [0, 0, 0, 0];
    a.forEach((x, i) => {
      lanes[i % 4] = f((lanes[i % 4] as number) + x * (b[i] as number));
    });
    return lanes.reduce((sum, lane) => f(sum + lane), 0);
  },
  "in blocks of 32": (a, b) => {
    let total = 0;
    for (let begin = 0; begin < a.length; begin += 32) {
      let block = 0;
      for (let i = begin; i < Math.min(a.length, begin + 32); i++)
        block = f(block + (a[i] as number) * (b[i] as number));
      total = f(total + block);
    }
    return total;
  },
};

describe.each(Object.keys(dots))("a matrix product summed %s", (habit) => {
  it.each(kinds)("of %s rows", (kind) => {
    for (const [seed, terms] of [3, 17, 64, 300, 784, 2048].entries()) {
      const columns = 24;
      const a = drawn(kind, seed, [1, terms]);
      const b = drawn(kind === "constant" ? "constant" : "positive", seed + 9, [terms, columns]);
      const judge = bounded("MatMul", { a, b });
      const column = (j: number) =>
        Float32Array.from({ length: terms }, (_, i) => b.data[i * columns + j] as number);
      const seen = Float32Array.from(
        { length: columns },
        (_, j) => dots[habit]?.(a.data, column(j)) as number,
      );
      expect(judge(seen)).toBeLessThanOrEqual(1);
    }
  });
});

/** Transforms of the input's tile, the filter and the result of Winograd's convolutions F(2 x 2, 3 x 3) and F(4 x 4, 3 x 3) (Lavin and Gray 2015). */
const winograd: Record<number, { b: number[][]; g: number[][]; a: number[][] }> = {
  2: {
    b: [
      [1, 0, -1, 0],
      [0, 1, 1, 0],
      [0, -1, 1, 0],
      [0, 1, 0, -1],
    ],
    g: [
      [1, 0, 0],
      [0.5, 0.5, 0.5],
      [0.5, -0.5, 0.5],
      [0, 0, 1],
    ],
    a: [
      [1, 1, 1, 0],
      [0, 1, -1, -1],
    ],
  },
  4: {
    b: [
      [4, 0, -5, 0, 1, 0],
      [0, -4, -4, 1, 1, 0],
      [0, 4, -4, -1, 1, 0],
      [0, -2, -1, 2, 1, 0],
      [0, 2, -1, -2, 1, 0],
      [0, 4, 0, -5, 0, 1],
    ],
    g: [
      [1 / 4, 0, 0],
      [-1 / 6, -1 / 6, -1 / 6],
      [-1 / 6, 1 / 6, -1 / 6],
      [1 / 24, 1 / 12, 1 / 6],
      [1 / 24, -1 / 12, 1 / 6],
      [0, 0, 1],
    ],
    a: [
      [1, 1, 1, 1, 1, 0],
      [0, 1, -1, 2, -2, 0],
      [0, 1, 1, 4, 4, 0],
      [0, 1, -1, 8, -8, 1],
    ],
  },
};

type Matrix = number[][];
const transposed = (m: Matrix): Matrix => (m[0] as number[]).map((_, j) => m.map((row) => row[j] as number));
const at = (m: Matrix, i: number, j: number): number => (m[i] as number[])[j] as number;
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) =>
    (b[0] as number[]).map((_, j) => row.reduce((sum, x, k) => f(sum + f(f(x) * at(b, k, j))), 0)),
  );
const between = (m: Matrix, x: Matrix): Matrix => product(product(m, x), transposed(m));

describe("a convolution by Winograd's algorithm", () => {
  it.each([2, 4].flatMap((size) => ["centered", "positive"].map((kind) => [size, kind] as const)))(
    "with results of %d in a row: %s data",
    (size, kind) => {
      const { a, b, g } = winograd[size] as (typeof winograd)[2];
      const edge = size + 2;
      const sizes = [1, 3, 16, 64];
      for (let seed = 0; seed < 60; seed++) {
        const channels = sizes[seed % sizes.length] as number;
        const x = drawn(kind, seed, [1, channels, edge, edge]);
        const w = drawn("centered", seed + 5, [4, channels, 3, 3]);
        const judge = bounded("Conv", { x, w }, { kernel_shape: [3n, 3n] });
        const tile = (from: Floats, at: number, n: number): Matrix =>
          Array.from({ length: n }, (_, i) =>
            Array.from({ length: n }, (_, j) => from[at * n * n + i * n + j] as number),
          );
        const seen = Array.from({ length: 4 }, (_, filter) => {
          const sum: Matrix = Array.from({ length: edge }, () => new Array<number>(edge).fill(0));
          for (let c = 0; c < channels; c++) {
            const [u, v] = [
              between(g, tile(w.data, filter * channels + c, 3)),
              between(b, tile(x.data, c, edge)),
            ];
            sum.forEach((row, i) => {
              row.forEach((_, j) => {
                row[j] = f((row[j] as number) + f(at(u, i, j) * at(v, i, j)));
              });
            });
          }
          return between(a, sum).flat();
        });
        expect(judge(Float32Array.from(seen.flat()))).toBeLessThanOrEqual(1);
      }
    },
  );
});

describe("means and normalizations", () => {
  it.each(kinds)("of %s rows in turn, in one pass", (kind) => {
    for (const [seed, size] of [5, 49, 256, 768].entries()) {
      const x = drawn(kind, seed, [4, size], size);
      const rows = Array.from({ length: 4 }, (_, row) => x.data.subarray(row * size, (row + 1) * size));
      const sumOf = (row: Floats) => row.reduce((sum, each) => f(sum + each), 0);
      const means = rows.map((row) => f(sumOf(row) / size));
      expect(bounded("ReduceMean", { x }, { axes: [1n] }, 17)(Float32Array.from(means))).toBeLessThanOrEqual(
        1,
      );
      const normalized = rows.map((row, at) => {
        const squares = sumOf(row.map((each) => f(each * each)));
        const mean = means[at] as number;
        const variance = Math.max(0, f(f(squares / size) - f(mean * mean)));
        const inverse = f(1 / f(Math.sqrt(f(variance + f(1e-5)))));
        return [...row].map((each) => f(f(each - mean) * inverse));
      });
      const scale = { data: new Float32Array(size).fill(1), dims: [size] };
      expect(
        bounded("LayerNormalization", { x, scale })(Float32Array.from(normalized.flat())),
      ).toBeLessThanOrEqual(1);
    }
  });
});

describe("functions", () => {
  const exp = (x: number) => f(Math.exp(f(x)) * (1 + 2 ** -23 * Math.sin(x * 1e5)));
  const erf = (x: number) => {
    // Abramowitz and Stegun 7.1.26.
    const t = f(1 / f(1 + f(f(0.3275911) * Math.abs(x))));
    const p = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592].reduce(
      (sum, c) => f(f(sum * t) + f(c)),
      0,
    );
    return Math.sign(x) * f(1 - f(f(p * t) * exp(-f(x * x))));
  };
  const shortcuts: Record<string, (x: number) => number> = {
    Sigmoid: (x) => f(1 / f(1 + exp(-x))),
    Tanh: (x) => Math.sign(x) * f(f(1 - exp(-2 * Math.abs(x))) / f(1 + exp(-2 * Math.abs(x)))),
    Erf: erf,
    Gelu: (x) => f(f(0.5 * x) * f(1 + erf(f(x * f(Math.SQRT1_2))))),
    Softplus: (x) => f(Math.log(f(1 + exp(x)))),
    Elu: (x) => (x < 0 ? f(exp(x) - 1) : x),
    Mish: (x) => f(x * f(Math.tanh(f(Math.log(f(1 + exp(x))))))),
    Sinh: (x) => f(f(exp(x) - exp(-x)) / 2),
    Sqrt: (x) => f(1 / f(1 / f(Math.sqrt(x)))),
    HardSwish: (x) => f(f(x * Math.max(0, Math.min(6, f(x + 3)))) * f(1 / 6)),
    Exp: (x) => f(2 ** f(x * f(Math.LOG2E))),
    Log: (x) => f(f(Math.log2(x)) * f(Math.LN2)),
  };

  it.each(Object.keys(shortcuts))("%s by its shortcut", (opType) => {
    for (const scale of [0.01, 1, 8]) {
      const positive = opType === "Sqrt" || opType === "Log";
      const x = drawn("centered", 3, [4000]);
      const data = x.data.map((each) => f(positive ? Math.abs(each) * scale + 1e-3 : each * scale));
      const seen = data.map((each) => shortcuts[opType]?.(each) as number);
      expect(bounded(opType, { x: { data, dims: [4000] } })(seen)).toBeLessThanOrEqual(1);
    }
  });

  it("Softmax, of arguments that are not shifted where they need not be", () => {
    for (const scale of [0.1, 3, 20]) {
      const x = drawn("centered", 4, [50, 40]);
      const data = x.data.map((each) => f(each * scale));
      const judge = bounded("Softmax", { x: { data, dims: x.dims } });
      const seen = Array.from({ length: 50 }, (_, row) => {
        const values = data.subarray(row * 40, (row + 1) * 40).map(exp);
        const sum = values.reduce((so, each) => f(so + each), 0);
        return [...values].map((each) => f(each * f(1 / sum)));
      });
      expect(judge(Float32Array.from(seen.flat()))).toBeLessThanOrEqual(1);
    }
  });
});
