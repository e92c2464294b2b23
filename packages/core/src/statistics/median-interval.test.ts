import { describe, expect, it } from "@jest/globals";
import { medianInterval } from "./median-interval.js";

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe("medianInterval", () => {
  // SciPy 1.17.1: binom.ppf(0.025, n, 0.5), the rank of the lower end, and from the other side that of the upper one.
  it.each([
    [6, 1, 6],
    [7, 1, 7],
    [8, 1, 8],
    [9, 2, 8],
    [12, 3, 10],
    [15, 4, 12],
    [20, 6, 15],
    [30, 10, 21],
    [50, 18, 33],
    [101, 41, 61],
  ])("of %d numbers has the ranks %d and %d", (count, low, high) => {
    expect(medianInterval(upTo(count))).toEqual([low, high]);
    expect(medianInterval(upTo(count).reverse())).toEqual([low, high]);
  });

  it("is not there for fewer than six numbers", () => {
    expect([0, 1, 5].map((count) => medianInterval(upTo(count)))).toEqual([null, null, null]);
  });
});
