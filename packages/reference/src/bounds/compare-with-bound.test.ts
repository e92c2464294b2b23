import { tensor } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import { value } from "../value.js";
import { compareWithBound, rounded } from "./index.js";

const f32 = (...numbers: number[]) => tensor("float32", Float32Array.from(numbers), [numbers.length]);
const exactly = (...numbers: number[]) => value("float32", Float64Array.from(numbers), [numbers.length]);

describe("compareWithBound", () => {
  it("finds the element that is worst for its bound, not the one that is farthest", () => {
    const result = compareWithBound(f32(1.5, 12), exactly(1, 10), Float64Array.of(0.25, 8));
    expect(result).toMatchObject({
      within: false,
      maxAbs: 2,
      ratio: 2,
      worst: { at: 0, observed: 1.5, expected: 1, bound: 0.25 },
      violations: 1,
      reason: "1 element is outside the bound: 1.5 instead of 1, 2 times the bound",
    });
  });

  it("wants NaN where the reference has NaN, and nowhere else", () => {
    expect(compareWithBound(f32(Number.NaN), exactly(Number.NaN), null).within).toBe(true);
    expect(compareWithBound(f32(Number.NaN), exactly(1), 1e9)).toMatchObject({ within: false, nonFinite: 1 });
    expect(compareWithBound(f32(1), exactly(Number.NaN), 1e9)).toMatchObject({ within: false, nonFinite: 1 });
  });

  it("wants the same infinity", () => {
    const infinity = Number.POSITIVE_INFINITY;
    expect(compareWithBound(f32(infinity), exactly(infinity), 1).within).toBe(true);
    expect(compareWithBound(f32(-infinity), exactly(infinity), 1)).toMatchObject({
      within: false,
      nonFinite: 1,
    });
    expect(compareWithBound(f32(3e38), exactly(infinity), 1)).toMatchObject({ within: false, nonFinite: 1 });
  });

  it("allows an overflow where the type ends, in the right direction", () => {
    const infinity = Number.POSITIVE_INFINITY;
    expect(compareWithBound(f32(infinity), exactly(1e39), 1).within).toBe(true);
    expect(compareWithBound(f32(infinity), exactly(3.4e38), 1e37).within).toBe(true);
    expect(compareWithBound(f32(-infinity), exactly(1e39), 1).within).toBe(false);
    expect(compareWithBound(f32(infinity), exactly(3e38), 1e30).within).toBe(false);
  });

  it("counts zeros of the other sign without failing them", () => {
    expect(compareWithBound(f32(0, -0), exactly(-0, -0), null)).toMatchObject({
      within: true,
      signedZeros: 1,
    });
  });

  it("says how many elements the bound says nothing of", () => {
    const bound = Float64Array.of(Number.POSITIVE_INFINITY, 0);
    expect(compareWithBound(f32(Number.NaN, 2), exactly(1, 2), bound)).toMatchObject({
      within: true,
      unbounded: 1,
    });
  });

  it("counts units in the last place of float32, across zero too", () => {
    expect(compareWithBound(f32(1 + 2 ** -23), exactly(1), 1).maxUlp).toBe(1);
    expect(compareWithBound(f32(-(2 ** -149)), exactly(2 ** -149), 1).maxUlp).toBe(2);
  });

  it("refuses another shape or type", () => {
    expect(compareWithBound(f32(1), value("float32", Float64Array.of(1), []), 1)).toMatchObject({
      within: false,
      maxAbs: null,
      reason: "has the shape [1], not []",
    });
    const whole = value("int64", BigInt64Array.of(1n), [1]);
    expect(compareWithBound(f32(1), whole, 1).reason).toBe("is float32, not int64");
  });

  it("wants integers exact, unless a decision may go the other way", () => {
    const seen = tensor("int64", BigInt64Array.of(3n), [1]);
    const expected = value("int64", BigInt64Array.of(4n), [1]);
    expect(compareWithBound(seen, expected, null)).toMatchObject({
      within: false,
      ratio: Number.POSITIVE_INFINITY,
    });
    expect(compareWithBound(seen, expected, Float64Array.of(1)).within).toBe(true);
  });
});

describe("rounded", () => {
  it("rounds to the value's own type", () => {
    expect(rounded(value("float16", Float64Array.of(0.1), [1])).data[0]).toBe(0.0999755859375);
    expect(rounded(value("float64", Float64Array.of(0.1), [1])).data[0]).toBe(0.1);
  });
});
