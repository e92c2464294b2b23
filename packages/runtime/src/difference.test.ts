import { tensor } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { difference } from "./index.js";

const floats = (...values: number[]) => tensor("float32", Float32Array.from(values), [values.length]);

describe("difference", () => {
  it("finds the largest distance, its place and the scale", () => {
    expect(difference(floats(1, -8, 3), floats(1, -8.5, 3.25))).toMatchObject({
      maxAbs: 0.5,
      at: 1,
      scale: 8,
    });
  });

  it("counts units in the last place, also across zero", () => {
    expect(difference(floats(1), floats(1 + 2 ** -23)).maxUlp).toBe(1);
    expect(difference(floats(2 ** -149), floats(-(2 ** -149))).maxUlp).toBe(2);
    expect(difference(floats(0), floats(-0)).maxUlp).toBe(0);
    expect(difference(floats(1), floats(2)).maxUlp).toBe(2 ** 23);
  });

  it("takes NaN and infinity as equal to themselves alone", () => {
    const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
    expect(difference(floats(nan, inf, -inf), floats(nan, inf, -inf)).maxAbs).toBe(0);
    for (const [a, b] of [
      [nan, 1],
      [1, nan],
      [inf, 1],
      [1, inf],
      [inf, -inf],
      [nan, inf],
    ] as const) {
      expect(difference(floats(0, a), floats(0, b))).toMatchObject({ maxAbs: null, maxUlp: null, at: 1 });
    }
  });

  it("does not compare other shapes or types", () => {
    expect(difference(floats(1, 2), floats(1)).maxAbs).toBeNull();
    expect(difference(floats(1, 2), tensor("float32", Float32Array.of(1, 2), [1, 2])).maxAbs).toBeNull();
    expect(difference(floats(1), tensor("int32", Int32Array.of(1), [1])).maxAbs).toBeNull();
  });

  it("compares integers exactly", () => {
    const longs = (...values: bigint[]) => tensor("int64", BigInt64Array.from(values), [values.length]);
    expect(difference(longs(3n, 4n), longs(3n, 9n))).toMatchObject({ maxAbs: 5, maxUlp: null });
    // Beyond 2^53 both are the same double.
    expect(difference(longs(2n ** 53n), longs(2n ** 53n + 1n)).maxAbs).toBeGreaterThan(0);
  });

  it("is symmetric, and zero with itself", () => {
    const array = fc.float32Array({ minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(array, fc.infiniteStream(fc.float()), (values, stream) => {
        const a = floats(...values);
        const b = floats(...Array.from(values, () => stream.next().value));
        expect(difference(a, a)).toMatchObject({ maxAbs: 0, maxUlp: 0, at: null });
        const [there, back] = [difference(a, b), difference(b, a)];
        expect([back.maxAbs, back.maxUlp]).toEqual([there.maxAbs, there.maxUlp]);
      }),
    );
  });
});
