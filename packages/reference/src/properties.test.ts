/** Kernels against plain formulations of what ONNX and numpy say, on random shapes and values. */
import { sizeOf } from "@congruent/core";
import { type AttributeValue, makeNode } from "@congruent/onnx";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { roundToBfloat16, roundToFloat16 } from "./half.js";
import { runNode } from "./interpret.js";
import { type Value, value } from "./value.js";

const seed = 20_250_301;
const check = <T>(property: fc.IProperty<T>) => fc.assert(property, { seed, numRuns: 150 });

/** Values count up from 1, so that every element is told from every other. */
function counting(dims: readonly number[]): Value {
  return value(
    "float32",
    Float64Array.from({ length: sizeOf(dims) }, (_, i) => i + 1),
    dims,
  );
}

function ints(...list: number[]): Value {
  return value("int64", BigInt64Array.from(list, BigInt), [list.length]);
}

function run(
  opType: string,
  inputs: (Value | undefined)[],
  attributes: Record<string, AttributeValue> = {},
): Value {
  const names = inputs.map((each, i) => (each ? `x${i}` : ""));
  return runNode(makeNode(opType, names, ["y"], { attributes }), inputs, { "": 21 })[0] as Value;
}

/** Every multi-index of a shape, in row-major order. */
function places(dims: readonly number[]): number[][] {
  return dims.reduce<number[][]>(
    (so, dim) => so.flatMap((place) => Array.from({ length: dim }, (_, i) => [...place, i])),
    [[]],
  );
}

function at(x: Value, place: readonly number[]): number {
  return x.data[place.reduce((so, index, axis) => so * (x.dims[axis] as number) + index, 0)] as number;
}

const shape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 0, maxLength: 4 });

describe("broadcasting", () => {
  it("repeats axes of size 1 and leading axes, as numpy does", () => {
    const pair = fc
      .tuple(
        shape,
        fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 4, maxLength: 4 }),
        fc.nat(4),
        fc.nat(4),
      )
      .map(([dims, ones, dropA, dropB]) => ({
        dims,
        a: dims.map((dim, i) => (ones[i]?.[0] ? 1 : dim)).slice(Math.min(dropA, dims.length)),
        b: dims.map((dim, i) => (ones[i]?.[1] ? 1 : dim)).slice(Math.min(dropB, dims.length)),
      }));
    check(
      fc.property(pair, ({ a, b }) => {
        const [left, right] = [counting(a), counting(b)];
        const sum = run("Sub", [left, right]);
        const rank = Math.max(a.length, b.length);
        const size = (dims: readonly number[], axis: number) => dims[axis - rank + dims.length] ?? 1;
        const wanted = Array.from({ length: rank }, (_, axis) => Math.max(size(a, axis), size(b, axis)));
        expect(sum.dims).toEqual(wanted);
        const own = (x: Value, place: readonly number[]) =>
          at(
            x,
            x.dims.map((dim, axis) => (dim === 1 ? 0 : (place[axis + rank - x.dims.length] as number))),
          );
        for (const place of places(wanted)) expect(at(sum, place)).toBe(own(left, place) - own(right, place));
      }),
    );
  });
});

describe("slicing", () => {
  it("gives the elements start, start + step … before end, counted from either end", () => {
    const cut = fc.record({
      size: fc.integer({ min: 0, max: 7 }),
      start: fc.integer({ min: -9, max: 9 }),
      end: fc.integer({ min: -9, max: 9 }),
      step: fc.integer({ min: -3, max: 3 }).filter((step) => step !== 0),
    });
    check(
      fc.property(cut, ({ size, start, end, step }) => {
        const got = run("Slice", [counting([2, size]), ints(start), ints(end), ints(1), ints(step)]);
        // Python's definition, one element at a time.
        const bound = (given: number) => (given < 0 ? given + size : given);
        const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
        const clamp = (given: number) => Math.min(Math.max(bound(given), low), high);
        const wanted: number[] = [];
        for (let i = clamp(start); step > 0 ? i < clamp(end) : i > clamp(end); i += step) wanted.push(i);
        expect(got.dims).toEqual([2, wanted.length]);
        const rows = [0, 1].flatMap((row) => wanted.map((column) => row * size + column + 1));
        expect(Array.from(got.data as Float64Array)).toEqual(rows);
      }),
    );
  });

  it("is undone by joining", () => {
    const parts = fc.tuple(
      shape.filter((dims) => dims.length > 0),
      fc.nat(3),
      fc.integer({ min: 0, max: 4 }),
    );
    check(
      fc.property(parts, ([dims, axisSeed, cutSeed]) => {
        const axis = axisSeed % dims.length;
        const size = dims[axis] as number;
        const cut = cutSeed % (size + 1);
        const x = counting(dims);
        const node = makeNode("Split", ["x", "sizes"], ["a", "b"], { attributes: { axis: BigInt(axis) } });
        const both = runNode(node, [x, ints(cut, size - cut)], { "": 21 });
        expect(run("Concat", both, { axis: BigInt(axis) })).toEqual(x);
      }),
    );
  });
});

describe("reductions", () => {
  const folds: Record<string, (group: number[]) => number> = {
    ReduceSum: (group) => group.reduce((a, b) => a + b, 0),
    ReduceMean: (group) => group.reduce((a, b) => a + b, 0) / group.length,
    ReduceMax: (group) => Math.max(...group),
    ReduceMin: (group) => Math.min(...group),
    ReduceProd: (group) => group.reduce((a, b) => a * b, 1),
    ReduceL1: (group) => group.reduce((a, b) => a + Math.abs(b), 0),
    ReduceL2: (group) => Math.hypot(...group),
    ReduceSumSquare: (group) => group.reduce((a, b) => a + b * b, 0),
    ReduceLogSum: (group) => Math.log(group.reduce((a, b) => a + b, 0)),
    ReduceLogSumExp: (group) => Math.log(group.reduce((a, b) => a + Math.exp(b), 0)),
  };

  it.each(Object.entries(folds))("%s folds each group over any set of axes", (opType, fold) => {
    check(
      fc.property(shape, fc.uniqueArray(fc.nat(3), { maxLength: 4 }), fc.boolean(), (dims, chosen, keep) => {
        const axes = chosen.filter((axis) => axis < dims.length);
        // Small magnitudes of either sign would make logarithms NaN: positive ones do for all of them.
        const x = value(
          "float64",
          Float64Array.from({ length: sizeOf(dims) }, (_, i) => 0.5 + ((i * 37) % 11) / 8),
          dims,
        );
        const given = axes.length === 0 ? undefined : ints(...axes);
        const got = run(opType, [x, given], { keepdims: keep ? 1n : 0n });
        const reduced = axes.length === 0 ? dims.map((_, axis) => axis) : axes;
        const kept = dims.map((dim, axis) => (reduced.includes(axis) ? 1 : dim));
        expect(got.dims).toEqual(keep ? kept : dims.filter((_, axis) => !reduced.includes(axis)));
        places(kept).forEach((place, k) => {
          const group = places(dims)
            .filter((each) => each.every((index, axis) => reduced.includes(axis) || index === place[axis]))
            .map((each) => at(x, each));
          // Another order of up to 256 additions and a few functions of a double each.
          expect(Math.abs((got.data[k] as number) - fold(group))).toBeLessThanOrEqual(
            2 ** -44 * Math.abs(fold(group)) + 2 ** -50,
          );
        });
      }),
    );
  });
});

describe("convolution", () => {
  it("is the sum over channels and window, with any padding, stride, dilation and grouping", () => {
    const setting = fc.record({
      channels: fc.constantFrom(1, 2, 4),
      groups: fc.constantFrom(1, 2),
      height: fc.integer({ min: 3, max: 6 }),
      width: fc.integer({ min: 3, max: 6 }),
      kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      dilations: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
      pads: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
    });
    check(
      fc.property(setting, ({ channels, groups, height, width, kernel, strides, dilations, pads }) => {
        fc.pre(channels % groups === 0);
        const [reachY, reachX] = [(kernel[0] - 1) * dilations[0] + 1, (kernel[1] - 1) * dilations[1] + 1];
        const [top = 0, left = 0, bottom = 0, right = 0] = pads;
        fc.pre(height + top + bottom >= reachY && width + left + right >= reachX);
        const [x, w] = [counting([2, channels, height, width]), counting([2, channels / groups, ...kernel])];
        const big = (list: readonly number[]) => list.map(BigInt);
        const got = run("Conv", [x, w], {
          ...{ group: BigInt(groups), pads: big(pads), strides: big(strides), dilations: big(dilations) },
        });
        const rows = Math.floor((height + top + bottom - reachY) / strides[0]) + 1;
        const columns = Math.floor((width + left + right - reachX) / strides[1]) + 1;
        expect(got.dims).toEqual([2, 2, rows, columns]);
        for (const [n, m, i, j] of places(got.dims) as [number, number, number, number][]) {
          let sum = 0;
          for (const [c, a, b] of places([channels / groups, ...kernel]) as [number, number, number][]) {
            const y = i * strides[0] - top + a * dilations[0];
            const z = j * strides[1] - left + b * dilations[1];
            if (y < 0 || y >= height || z < 0 || z >= width) continue;
            const first = groups === 1 ? 0 : m * (channels / groups);
            sum += at(w, [m, c, a, b]) * at(x, [n, first + c, y, z]);
          }
          // Whole numbers below 2^53: exact.
          expect(at(got, [n, m, i, j])).toBe(sum);
        }
      }),
    );
  });
});

describe("integers", () => {
  it("wrap around as two's complement does", () => {
    const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    check(
      fc.property(int32, int32, (a, b) => {
        const of = (x: number) => value("int32", Int32Array.of(x), []);
        const exact = { Add: BigInt(a) + BigInt(b), Sub: BigInt(a) - BigInt(b), Mul: BigInt(a) * BigInt(b) };
        for (const [opType, result] of Object.entries(exact)) {
          expect(run(opType, [of(a), of(b)]).data[0]).toBe(Number(BigInt.asIntN(32, result)));
        }
      }),
    );
  });
});

describe("the 16-bit floats", () => {
  const neighbors = (x: number, bits: number, least: number) =>
    2 ** (Math.max(Math.floor(Math.log2(Math.abs(x))), least) - bits);

  it("are rounded to the nearest, and rounding twice changes nothing", () => {
    check(
      fc.property(fc.double({ min: 1e-5, max: 6e4, noNaN: true }), fc.boolean(), (size, negative) => {
        const x = negative ? -size : size;
        const [half, brain] = [roundToFloat16(x), roundToBfloat16(x)];
        expect(Math.abs(half - x)).toBeLessThanOrEqual(neighbors(x, 10, -14) / 2);
        expect(Math.abs(brain - x)).toBeLessThanOrEqual(neighbors(x, 7, -126) / 2);
        expect([roundToFloat16(half), roundToBfloat16(brain)]).toEqual([half, brain]);
        // A bfloat16 is the upper half of a float32.
        expect(Math.fround(brain)).toBe(brain);
      }),
    );
  });
});
