import { describe, expect, it } from "@jest/globals";
import {
  formatCount,
  formatDifference,
  formatPercent,
  formatPlural,
  formatSeconds,
  formatVersions,
} from "./numbers.js";

describe("numbers for people", () => {
  it.each([
    [5.96e-8, "6.0e-8"],
    [0.0171, "0.0171"],
    [1, "1"],
    [0.99463, "0.995"],
    [0.001, "0.001"],
    [0.00099, "9.9e-4"],
    [123456, "1.2e+5"],
    [0, "0"],
    [null, "not finite"],
    [Number.NaN, "not finite"],
    [Number.POSITIVE_INFINITY, "not finite"],
  ])("writes the difference %p as %s", (value, text) => {
    expect(formatDifference(value)).toBe(text);
  });

  it.each([
    [0, "0 ms"],
    [0.0421, "42 ms"],
    [0.9996, "1.0 s"],
    [59.94, "59.9 s"],
    [59.96, "1 min 0 s"],
    [119.6, "2 min 0 s"],
  ])("writes %p seconds as %s", (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it("keeps counts, percentages and versions plain", () => {
    expect(formatCount(4738826)).toBe("4,738,826");
    expect(formatPercent(0.98995)).toBe("99.00 %");
    expect([formatPlural(1, "flip"), formatPlural(0, "flip")]).toEqual(["1 flip", "0 flips"]);
    expect(formatVersions({})).toBe("");
  });
});
