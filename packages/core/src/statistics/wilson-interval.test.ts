import { describe, expect, it } from "@jest/globals";
import { wilsonInterval } from "./wilson-interval.js";

describe("wilsonInterval", () => {
  // SciPy 1.17.1: binomtest(successes, samples).proportion_ci(0.95, "wilson").
  it.each([
    [0, 10, 0, 0.27753279986288926],
    [1, 10, 0.017876213095072896, 0.4041500267952385],
    [10, 10, 0.7224672001371109, 1],
    [49, 500, 0.07492391886460621, 0.1272060508664818],
  ])("%d of %d", (successes, samples, low, high) => {
    const [from, to] = wilsonInterval(successes, samples);
    expect(from).toBeCloseTo(low, 10);
    expect(to).toBeCloseTo(high, 10);
  });

  // The interval's ends are the shares p whose score test just rejects: |share - p| = z sqrt(p (1 - p) / n).
  it.each([
    [3, 17],
    [49, 500],
    [9999, 10_000],
  ])("its ends solve the score equation (%d of %d)", (successes, samples) => {
    for (const p of wilsonInterval(successes, samples)) {
      const score = Math.abs(successes / samples - p) / Math.sqrt((p * (1 - p)) / samples);
      expect(score).toBeCloseTo(1.959963984540054, 8);
    }
  });

  it("knows nothing without samples", () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
  });
});
