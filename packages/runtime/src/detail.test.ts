import { tensor } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { compare, detailOf } from "./index.js";

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const floats = (...values: number[]) => tensor("float32", Float32Array.from(values), [values.length]);

describe("detailOf", () => {
  it("tells NaN and infinities that agree from those that do not, and counts signs of zero", () => {
    const detail = detailOf(
      floats(nan, inf, -inf, nan, inf, 1, 0, -0),
      floats(nan, inf, -inf, 1, -inf, nan, -0, -0),
    );
    expect(detail).toMatchObject({ nonFinite: 3, misplaced: 3, finite: 2, equal: 2, zeroSigns: 1 });
    expect(detail.worst).toEqual([
      { at: [3], expected: "NaN", observed: 1 },
      { at: [4], expected: "Infinity", observed: "-Infinity" },
      { at: [5], expected: 1, observed: "NaN" },
    ]);
  });

  it("reads the numbers of half precision, not their bits", () => {
    // 1 and 1.5: 512 steps apart in bits, half a unit in value.
    const half = (bits: number) => tensor("float16", Uint16Array.of(bits), [1]);
    const { histogram, worst } = detailOf(half(0x3c00), half(0x3e00));
    expect(histogram).toEqual([{ power: -1, count: 1 }]);
    expect(worst).toEqual([{ at: [0], expected: 1, observed: 1.5 }]);
  });

  it("names the worst elements by their indices, the worst first", () => {
    const baseline = tensor("float32", new Float32Array(24), [2, 3, 4]);
    const data = new Float32Array(24);
    data[23] = 1;
    data[4] = 8;
    data[0] = 2;
    const { worst, histogram } = detailOf(baseline, tensor("float32", data, [2, 3, 4]));
    expect(worst.map(({ at, observed }) => [at, observed])).toEqual([
      [[0, 1, 0], 8],
      [[0, 0, 0], 2],
      [[1, 2, 3], 1],
    ]);
    expect(histogram).toEqual([{ power: 0, count: 3 }]);
  });

  it("counts every element once, and its worst is the largest difference", () => {
    const numbers = fc.array(fc.tuple(fc.float(), fc.float()), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(numbers, (pairs) => {
        const a = floats(...pairs.map(([x]) => x));
        const b = floats(...pairs.map(([, y]) => y));
        const { finite, nonFinite, misplaced, equal, histogram, worst } = detailOf(a, b);
        expect(finite + nonFinite + misplaced).toBe(pairs.length);
        expect(histogram.reduce((sum, { count }) => sum + count, equal)).toBe(finite);
        const distances = pairs.map(([x, y]) => Math.abs(x - y)).filter(Number.isFinite);
        const [first] = worst;
        if (misplaced === 0 && first) {
          expect(Math.abs(Number(first.observed) - Number(first.expected))).toBe(Math.max(...distances));
        }
      }),
      { seed: 5 },
    );
  });
});

describe("compare", () => {
  const toleranceOf = () => ({ bound: 1, why: "" });

  it("says where NaN stands that should not", () => {
    const { reason } = compare({
      baseline: { y: floats(1, 2) },
      observed: { y: floats(1, nan) },
      toleranceOf,
    });
    expect(reason).toBe(
      "y has NaN or infinity where the baseline has none, or the other way round, in 1 of its elements: NaN instead of 2 at [1]",
    );
  });
});
