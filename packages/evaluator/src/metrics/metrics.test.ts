import { CongruentError, mcnemarTest, tensor } from "@congruent/core";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { accuracy } from "./accuracy.js";
import { brierScore } from "./brier-score.js";
import { calibration } from "./calibration.js";
import { classificationReport } from "./classification-report.js";
import { confusionMatrix } from "./confusion-matrix.js";
import { logLoss } from "./log-loss.js";
import { oneVsRest } from "./one-vs-rest.js";
import { pairwiseSum } from "./pairwise-sum.js";
import { rocCurve } from "./roc-curve.js";
import { thinCurve } from "./thin-curve.js";
import { topKAccuracy } from "./top-k-accuracy.js";

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
  ])("refuse %s", (_name, trueLabels, predicted, code) => {
    expect(codeOf(() => classificationReport(trueLabels, predicted, ["a", "b"]))).toBe(code);
    expect(codeOf(() => confusionMatrix(trueLabels, predicted, 2))).toBe(code);
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

  const matrix = (values: number[], dims: number[]) => tensor("float64", Float64Array.from(values), dims);
  it.each([
    ["rows of another number", matrix([1, 0], [1, 2]), "E_SCORE_COUNT"],
    ["scores of one axis", matrix([1, 0], [2]), "E_SCORE_SHAPE"],
    ["no classes", matrix([], [2, 0]), "E_SCORE_SHAPE"],
    ["a class without a column", matrix([1, 1], [2, 1]), "E_LABEL_RANGE"],
    ["a score that is no number", matrix([1, 0, Number.NaN, 1], [2, 2]), "E_SCORE_VALUE"],
    ["an infinite score", matrix([1, 0, Number.POSITIVE_INFINITY, 1], [2, 2]), "E_SCORE_VALUE"],
  ])("of scores refuse %s", (_, scores, code) => {
    for (const metric of [logLoss, brierScore, oneVsRest])
      expect(codeOf(() => metric([0, 1], scores))).toBe(code);
    expect(codeOf(() => topKAccuracy([0, 1], scores, 1))).toBe(code);
  });

  it.each([
    ["rows that do not sum to 1", [0, 1], matrix([0.5, 0.5, 0.5, 0.6], [2, 2])],
    ["rows that miss 1 by more than double precision does", [0, 1], matrix([0.5, 0.5, 0.5, 0.5001], [2, 2])],
    ["a probability below 0", [0, 1], matrix([1.5, -0.5, 0.5, 0.5], [2, 2])],
    ["one class alone", [0, 0], matrix([1, 1], [2, 1])],
  ])("of probabilities refuse %s", (_, trueLabels, scores) => {
    for (const metric of [logLoss, brierScore])
      expect(codeOf(() => metric(trueLabels, scores))).toBe("E_PROBABILITY");
    expect(topKAccuracy(trueLabels, scores, 1)).toBeGreaterThan(0);
  });

  it("refuse what only they can", () => {
    expect(codeOf(() => topKAccuracy([0], matrix([1, 0], [1, 2]), 0))).toBe("E_TOP_K");
    expect(codeOf(() => calibration([1], [0.5], { bins: 0 }))).toBe("E_BINS");
    expect(codeOf(() => calibration([1], [1.5]))).toBe("E_PROBABILITY");
    expect(codeOf(() => mcnemarTest(1, -1))).toBe("E_SCORE_COUNT");
    expect(codeOf(() => rocCurve([2], [0.5]))).toBe("E_LABEL_RANGE");
    expect(codeOf(() => rocCurve([1], [Number.NaN]))).toBe("E_SCORE_VALUE");
    expect(codeOf(() => rocCurve([], []))).toBe("E_SCORE_COUNT");
  });

  it("a thinned curve is nowhere further from the whole one than told", () => {
    const steps = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.constantFrom(0, 0.01, 0.2), (moves, tolerance) => {
        const sum = (axis: 0 | 1) =>
          moves.map((_, i) => moves.slice(0, i).reduce((s, m) => s + m[axis] / 90, 0));
        const [x, y] = [sum(0), sum(1)];
        const kept = thinCurve({ x, y }, { tolerance });
        expect([kept[0], kept.at(-1)]).toEqual([0, x.length - 1]);
        for (let k = 1; k < kept.length; k++) {
          const [a, b] = [kept[k - 1]!, kept[k]!];
          for (let i = a; i <= b; i++) {
            // The nearest of many points on the stretch: an upper bound that is as close as they are dense.
            const near = Array.from({ length: 201 }, (_, s) =>
              Math.hypot(
                x[a]! + ((x[b]! - x[a]!) * s) / 200 - x[i]!,
                y[a]! + ((y[b]! - y[a]!) * s) / 200 - y[i]!,
              ),
            );
            expect(Math.min(...near)).toBeLessThanOrEqual(tolerance + 0.02);
          }
        }
      }),
      { seed: 5 },
    );
  });
});
