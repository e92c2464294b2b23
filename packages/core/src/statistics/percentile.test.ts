import { describe, expect, it } from "@jest/globals";
import { percentile } from "./percentile.js";

describe("percentile", () => {
  // NumPy 2.4.6: np.percentile([1, 2, 4, 8, 16], q).
  it.each([
    [0, 1],
    [25, 2],
    [50, 4],
    [90, 12.8],
    [95, 14.4],
    [100, 16],
  ])("%d of five", (part, value) => {
    expect(percentile([16, 1, 8, 2, 4], part)).toBeCloseTo(value, 12);
  });

  it("of one value is that value, of none it is not a number", () => {
    expect(percentile([3], 95)).toBe(3);
    expect(percentile([], 50)).toBeNaN();
  });
});
