import { expect, it } from "@jest/globals";
import { mean } from "./mean.js";
import { meanAndDeviation } from "./mean-and-deviation.js";

// NumPy 2.4.6: np.mean(values), np.std(values, ddof=1).
it.each([
  [[0.9871, 0.9902, 0.9888, 0.9915, 0.9879], 0.9891, 0.0017677669529663862],
  [[2, 4, 4, 4, 5, 5, 7, 9], 5, 2.138089935299395],
  // Large values close to each other: a sum of squares less the square of the sum would lose the deviation.
  [[1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16], 1e9 + 10, 5.477225575051661],
])("of %j", (values, middle, deviation) => {
  const found = meanAndDeviation(values);
  expect(found.mean).toBeCloseTo(middle, 12);
  expect(mean(values)).toBe(found.mean);
  expect(found.standardDeviation).toBeCloseTo(deviation, 12);
});

it("of one value has no deviation, of none not even a mean", () => {
  expect(meanAndDeviation([3])).toEqual({ mean: 3, standardDeviation: null });
  expect(meanAndDeviation([])).toEqual({ mean: Number.NaN, standardDeviation: null });
});
