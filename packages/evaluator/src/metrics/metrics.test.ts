import { CongruentError } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { accuracy } from "./accuracy.js";
import { classificationReport } from "./classification-report.js";
import { confusionMatrix } from "./confusion-matrix.js";
import { pairwiseSum } from "./pairwise-sum.js";

const codeOf = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return error instanceof CongruentError ? error.code : error;
  }
};

describe("metrics", () => {
  it.each([
    ["different lengths", [0, 1], [0], "E_SCORE_COUNT"],
    ["no examples", [], [], "E_SCORE_COUNT"],
    ["a class that does not exist", [0, 3], [0, 1], "E_LABEL_RANGE"],
    ["a negative class", [0, 1], [0, -1], "E_LABEL_RANGE"],
    ["a class between two", [0, 1], [0, 0.5], "E_LABEL_RANGE"],
  ])("refuse %s", (_name, truth, predicted, code) => {
    expect(codeOf(() => classificationReport(truth, predicted, ["a", "b"]))).toBe(code);
    expect(codeOf(() => confusionMatrix(truth, predicted, 2))).toBe(code);
  });

  it("refuse rows for classes that do not exist, or none", () => {
    for (const classes of [[], [2], [-1]]) {
      expect(codeOf(() => classificationReport([0], [0], ["a", "b"], { classes }))).toBe("E_REPORT_CLASSES");
    }
  });

  it("take the typed arrays that splits have", () => {
    expect(accuracy(Uint8Array.of(0, 1, 2), Int32Array.of(0, 1, 1))).toBe(2 / 3);
  });

  it("the sum differs from the plain one by rounding alone", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 400 }), (values) => {
        const plain = values.reduce((sum, value) => sum + value, 0);
        expect(Math.abs(pairwiseSum(values) - plain)).toBeLessThanOrEqual(
          values.length * plain * Number.EPSILON,
        );
      }),
    );
  });
});
