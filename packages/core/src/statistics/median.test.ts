import { expect, it } from "@jest/globals";
import { median } from "./median.js";

// NumPy 2.4.6: np.median(values).
it.each([
  [[7], 7],
  [[3, 1], 2],
  [[5, 3, 1], 3],
  [[32, 1, 16, 2, 8, 4], 6],
])("the median of %j", (values, middle) => {
  const given = [...values];
  expect(median(given)).toBe(middle);
  expect(given).toEqual(values);
});

it("of no values is not a number", () => {
  expect(median([])).toBeNaN();
});
