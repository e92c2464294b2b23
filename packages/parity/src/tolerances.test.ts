import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { toleranceOf } from "./index.js";

const plain = { reductions: 5, terms: 400, others: 0, rounding: 2 ** -24, jumps: new Set<string>() };

describe("toleranceOf", () => {
  it("is 4 x (layers x sqrt(terms) + sqrt(others)) x rounding x scale, and says so", () => {
    const { bound, why } = toleranceOf("y", "float32", 0.5, { ...plain, others: 9 });
    expect(bound).toBe(4 * (5 * 20 + 3) * 2 ** -24 * 0.5);
    expect(why).toContain("5 summing layers x sqrt(400 terms) + sqrt(9 other nodes)) x 2^-24");
    const double = { ...plain, reductions: 1, terms: 1, rounding: 2 ** -53 };
    expect(toleranceOf("y", "float64", 1, double).bound).toBe(4 * 2 ** -53);
  });

  it("takes the coarsest arithmetic of output and file", () => {
    const one = { ...plain, reductions: 1, terms: 1 };
    expect(toleranceOf("y", "float16", 1, one).bound).toBe(4 * 2 ** -11);
    expect(toleranceOf("y", "float32", 1, { ...one, rounding: 2 ** -11 }).bound).toBe(4 * 2 ** -11);
    expect(toleranceOf("y", "bfloat16", 1, one).bound).toBe(4 * 2 ** -8);
  });

  it("allows integers nothing, and knows nothing behind a jump or of zeros", () => {
    expect(toleranceOf("n", "int64", 9, plain)).toEqual({ bound: 0, why: "int64 values are exact" });
    expect(toleranceOf("q", "uint8", 9, { ...plain, jumps: new Set(["q"]) }).bound).toBeNull();
    expect(toleranceOf("y", "float32", 0, plain).bound).toBeNull();
  });

  it("covers sums added forwards, backwards and in pairs in float32", () => {
    // The oracle: what really happens when one dot product is rounded in different orders.
    const f = Math.fround;
    const pairs = (values: number[]): number =>
      values.length === 1
        ? (values[0] as number)
        : f(pairs(values.slice(0, values.length >> 1)) + pairs(values.slice(values.length >> 1)));
    const value = fc.float({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 400 }), (values) => {
        const forwards = values.reduce((sum, v) => f(sum + v), 0);
        const backwards = values.reduceRight((sum, v) => f(sum + v), 0);
        const sums = [forwards, backwards, pairs(values)];
        const sum = { ...plain, reductions: 1, terms: values.length };
        const { bound } = toleranceOf("y", "float32", Math.max(...sums), sum);
        expect(Math.max(...sums) - Math.min(...sums)).toBeLessThanOrEqual(bound ?? 0);
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});
