import { tensor } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import { outputNotes } from "./output-notes.js";

const f32 = (rows: number, ...values: number[]) =>
  tensor("float32", Float32Array.from(values), [rows, values.length / rows]);

describe("outputNotes", () => {
  it.each([
    ["alike", f32(2, 0.25, 0.25, 0.25, 0.25), "every value of y is 0.25"],
    ["nearly zero", f32(2, 1e-9, 2e-9, 0, 1e-12), "y is nearly zero (its largest value is 2.0e-9)"],
    [
      "saturated",
      f32(2, 1, 0, 1e-9, 1),
      "y is saturated (100 % of its values are 0 or ±1 to within 0.000001)",
    ],
    ["the same for every sample", f32(2, 0.3, 5, 0.3, 5), "y is the same for all 2 samples"],
    ["whole zeros", tensor("int64", BigInt64Array.of(0n, 0n), [2]), "every value of y is 0"],
  ])("points out an output that is %s", (_, y, said) => {
    expect(outputNotes({ y }, true)).toEqual([`${said}: that all agree on it proves little`]);
  });

  it.each([
    ["ordinary", f32(2, 0.2, 0.8, 0.7, 0.3)],
    ["large", f32(2, 100, 0, 0, 1)],
    ["one number", f32(1, 0)],
    ["not finite, which is told elsewhere", f32(1, Number.NaN, Number.NaN)],
    ["one label for all", tensor("int64", BigInt64Array.of(3n, 3n), [2])],
  ])("leaves alone what is %s", (_, y) => {
    expect(outputNotes({ y }, true)).toEqual([]);
  });

  it("counts no samples where the first axes do not", () => {
    expect(outputNotes({ y: f32(2, 0.3, 5, 0.3, 5) }, false)).toEqual([]);
  });
});
