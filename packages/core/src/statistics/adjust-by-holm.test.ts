import { describe, expect, it } from "@jest/globals";
import { adjustByHolm } from "./adjust-by-holm.js";

describe("adjustByHolm", () => {
  // R 4: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm") and p.adjust(c(0.9, 0.001, 0.9), "holm").
  it.each([
    [
      [0.01, 0.02, 0.03, 0.04, 0.05],
      [0.05, 0.08, 0.09, 0.09, 0.09],
    ],
    [
      [0.9, 0.001, 0.9],
      [1, 0.003, 1],
    ],
    [[], []],
  ])("of %j", (given, wanted) => {
    const found = adjustByHolm(given);
    expect(found).toHaveLength(wanted.length);
    for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 12);
  });
});
