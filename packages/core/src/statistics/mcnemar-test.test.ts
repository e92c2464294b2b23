import { describe, expect, it } from "@jest/globals";
import { mcnemarTest } from "./mcnemar-test.js";

describe("McNemar's exact test", () => {
  // SciPy 1.17.1: binomtest(first, first + second, 0.5).pvalue. The evaluator's tests ask SciPy itself for more pairs.
  it.each([
    [1, 9, 0.021484375],
    [0, 6, 0.03125],
    [3, 7, 0.34375],
    [10, 25, 0.016673847800120715],
    [59, 121, 4.4344492637551645e-6],
    [400, 600, 2.728464156065947e-10],
  ])("%d against %d", (first, second, p) => {
    for (const found of [mcnemarTest(first, second), mcnemarTest(second, first)]) {
      expect(Math.abs(found / p - 1)).toBeLessThan(1e-12);
    }
  });

  it("says 1 where neither is better", () => {
    expect(mcnemarTest(0, 0)).toBe(1);
    expect(mcnemarTest(7, 7)).toBe(1);
  });

  it.each([
    [1, -1],
    [0.5, 1],
    [Number.NaN, 1],
  ])("refuses %d and %d, which are no counts", (first, second) => {
    expect(() => mcnemarTest(first, second)).toThrow(expect.objectContaining({ code: "E_SCORE_COUNT" }));
  });
});
