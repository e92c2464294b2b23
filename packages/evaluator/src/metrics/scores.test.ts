/** @needs oracle */

import { fileURLToPath } from "node:url";
import { mcnemarTest, tensor } from "@congruent/core";
import type { Ranking } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { askOracle } from "@congruent/toolchain/testing";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { ranking } from "../ranking.js";
import { averagePrecision } from "./average-precision.js";
import { brierScore } from "./brier-score.js";
import { calibration } from "./calibration.js";
import type { ClassScores } from "./check-scores.js";
import { confusionMatrix } from "./confusion-matrix.js";
import { logLoss } from "./log-loss.js";
import { normalizeConfusion } from "./normalize-confusion.js";
import { oneVsRest } from "./one-vs-rest.js";
import { precisionRecallCurve } from "./precision-recall-curve.js";
import { rocAuc } from "./roc-auc.js";
import { type RocCurve, rocCurve } from "./roc-curve.js";
import type { Curve } from "./thin-curve.js";
import { topKAccuracy } from "./top-k-accuracy.js";

jest.setTimeout(timeLimits.programs);

interface Case {
  trueLabels: number[];
  /** A row for each example. */
  scores: number[][];
  dtype: "float32" | "float64";
  probabilities: boolean;
}

interface Answer {
  classes: {
    roc: { fpr: (number | null)[]; tpr: (number | null)[]; thresholds: (number | "inf")[] };
    auc: number | null;
    precisionRecall: { precision: number[]; recall: number[]; thresholds: number[] };
    corners: [precision: number[], recall: number[], thresholds: number[]];
    averagePrecision: number;
  }[];
  macroAveragePrecision: number;
  confusion: Record<"true" | "pred" | "all", number[][]>;
  topK?: number[];
  probabilities?: {
    logLoss: number;
    ownLogLoss: number;
    brier: number;
    macroAuc?: number | null;
    calibration: Record<"10" | "15", { accuracy: number[]; confidence: number[] }>;
  };
}

const softmax = (logits: readonly number[]) => {
  const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
};
const rounded = (dtype: Case["dtype"], rows: number[][]) =>
  dtype === "float32" ? rows.map((row) => row.map(Math.fround)) : rows;
const probable = (trueLabels: number[], scores: number[][], dtype: Case["dtype"] = "float64"): Case => ({
  trueLabels,
  scores: rounded(dtype, scores),
  dtype,
  probabilities: true,
});

const edgeCases: Record<string, Case> = {
  "a class never predicted": probable(
    [0, 1, 2, 2],
    [
      [0.6, 0.3, 0.1],
      [0.2, 0.7, 0.1],
      [0.4, 0.4, 0.2],
      [0.5, 0.1, 0.4],
    ],
  ),
  "a class absent from the true labels": probable(
    [0, 0, 1],
    [
      [0.5, 0.25, 0.25],
      [0.25, 0.25, 0.5],
      [0.25, 0.5, 0.25],
    ],
  ),
  "one class only in the true labels": probable(
    [1, 1, 1],
    [
      [0.2, 0.3, 0.5],
      [0.1, 0.8, 0.1],
      [0.4, 0.3, 0.3],
    ],
  ),
  "one example": probable([2], [[0.2, 0.3, 0.5]]),
  "all scores equal": probable([0, 1, 2, 3], Array(4).fill([0.25, 0.25, 0.25, 0.25])),
  "probabilities of 0 and 1, right and wrong": probable(
    [0, 1, 2],
    [
      [1, 0, 0],
      [1, 0, 0],
      [0, 0, 1],
    ],
  ),
  "the same as float32": probable(
    [0, 1, 2],
    [
      [1, 0, 0],
      [1, 0, 0],
      [0, 0, 1],
    ],
    "float32",
  ),
  "float32 next to 0 and 1": probable(
    [0, 1, 1],
    [
      [1 - 2 ** -24, 2 ** -24],
      [1 - 2 ** -24, 2 ** -24],
      [2 ** -30, 1],
    ],
    "float32",
  ),
  "two classes": probable(
    [0, 1, 1, 0],
    [
      [0.9, 0.1],
      [0.4, 0.6],
      [0.7, 0.3],
      [0.7, 0.3],
    ],
  ),
  "confidences on the edges of bins": probable(
    Array.from({ length: 12 }, (_, i) => i % 2),
    Array.from({ length: 12 }, (_, i) => [(i + 4) / 15, 1 - (i + 4) / 15]),
  ),
  "decision scores, negative and large": {
    trueLabels: [0, 1, 2, 1],
    scores: [
      [3.5, -1, -2.5],
      [-1e6, 1e6, 0],
      [2, 2, -2],
      [0, -0, 0],
    ],
    dtype: "float32",
    probabilities: false,
  },
  "2,000 examples of ten classes, as float32": (() => {
    const trueLabels = Array.from({ length: 2000 }, (_, i) => (i * 7 + Math.floor(i / 13)) % 10);
    const scores = trueLabels.map((own, i) =>
      softmax(Array.from({ length: 10 }, (_, c) => (c === own ? 2 : 0) + 3 * Math.sin(i * (c + 1.37)))),
    );
    return probable(trueLabels, scores, "float32");
  })(),
};

/** Up to 8 classes and 60 examples; on few levels, so that many scores are equal, or on none. */
const randomCase: fc.Arbitrary<Case> = fc
  .tuple(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 1, max: 60 }))
  .chain(([classes, samples]) =>
    fc.record({
      trueLabels: fc.array(fc.nat(classes - 1), { minLength: samples, maxLength: samples }),
      logits: fc.array(
        fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: classes, maxLength: classes }),
        { minLength: samples, maxLength: samples },
      ),
      coarse: fc.boolean(),
      dtype: fc.constantFrom("float32", "float64"),
      probabilities: fc.boolean(),
    }),
  )
  .map(({ trueLabels, logits, coarse, dtype, probabilities }) => {
    const levels = coarse ? logits.map((row) => row.map(Math.round)) : logits;
    const scores = probabilities ? levels.map(softmax) : levels;
    return { trueLabels, scores: rounded(dtype, scores), dtype, probabilities };
  });

const pairs: [number, number][] = [
  ...([
    [0, 0],
    [0, 1],
    [1, 0],
    [5, 5],
    [1, 9],
    [12, 31],
    [0, 40],
    [480, 520],
    [900, 3],
    [2500, 2399],
    [40, 1200],
  ] as [number, number][]),
  ...fc.sample(fc.tuple(fc.nat(400), fc.nat(400)), { seed: 8, numRuns: 60 }),
];

const scoresOf = ({ scores, dtype }: Case): ClassScores => {
  const dims = [scores.length, scores[0]!.length];
  return dtype === "float32"
    ? tensor(dtype, Float32Array.from(scores.flat()), dims)
    : tensor(dtype, Float64Array.from(scores.flat()), dims);
};
const argmax = (row: readonly number[]) => row.indexOf(Math.max(...row));

/** The 1e-12, relative where numbers are large; null is null. */
function expectClose(found: unknown, wanted: unknown): void {
  if (Array.isArray(wanted)) {
    expect(found).toHaveLength(wanted.length);
    for (const [i, value] of wanted.entries()) expectClose((found as unknown[])[i], value);
  } else if (typeof wanted === "number") {
    const off = Math.abs((found as number) - wanted) / Math.max(1, Math.abs(wanted));
    // Said of those alone that are not: `expect` of each of a hundred thousand numbers takes seconds.
    if (!(off <= 1e-12)) expect(found).toBe(wanted);
  } else expect(found).toEqual(wanted);
}
const orNull = (values: readonly number[]) => values.map((value) => (Number.isNaN(value) ? null : value));

/** Of a point from a line through others. */
function distance({ x, y }: Curve, px: number, py: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < x.length; i++) {
    const [dx, dy, qx, qy] = [x[i]! - x[i - 1]!, y[i]! - y[i - 1]!, px - x[i - 1]!, py - y[i - 1]!];
    const along = Math.min(1, Math.max(0, (qx * dx + qy * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(qx - along * dx, qy - along * dy));
  }
  return least;
}

/** How far that of a curve's points is which is farthest from the line through another's; NaN where one is. */
const farthest = ({ x, y }: Curve, line: Curve) =>
  x.reduce<number>((most, px, i) => Math.max(most, distance(line, px, y[i]!)), 0);

describe("metrics of scores against scikit-learn", () => {
  const cases = [...Object.values(edgeCases), ...fc.sample(randomCase, { seed: 31, numRuns: 80 })];
  let answers: Answer[];
  let mcnemar: number[];
  beforeAll(async () => {
    const script = fileURLToPath(new URL("../../oracle/scores.py", import.meta.url));
    const stdout = await askOracle({
      environment: "oracle",
      script,
      input: JSON.stringify({ cases, mcnemar: pairs }),
      timeoutMs: 240_000,
    });
    const reply = JSON.parse(stdout) as { version: string; answers: Answer[]; mcnemar: number[] };
    expect(reply.version).toMatch(/^1\.9\./);
    ({ answers, mcnemar } = reply);
  }, 250_000);

  const check = (at: number) => {
    const { trueLabels, scores: rows } = cases[at]!;
    const scores = scoresOf(cases[at]!);
    const answer = answers[at]!;
    const classes = oneVsRest(trueLabels, scores);
    const ranked = ranking(trueLabels, scores, "scores");
    for (const [c, own] of classes.entries()) {
      const wanted = answer.classes[c]!;
      const roc = rocCurve(own.trueLabels, own.scores);
      expectClose(orNull(roc.fpr), wanted.roc.fpr);
      expectClose(orNull(roc.tpr), wanted.roc.tpr);
      const limits = roc.thresholds.map((limit) => (limit === Number.POSITIVE_INFINITY ? "inf" : limit));
      expectClose(limits, wanted.roc.thresholds);
      expectClose(rocAuc(own.trueLabels, own.scores), wanted.auc);
      const { precision, recall, thresholds } = precisionRecallCurve(own.trueLabels, own.scores);
      expectClose(precision, wanted.precisionRecall.precision);
      expectClose(recall, wanted.precisionRecall.recall);
      expectClose(thresholds, wanted.precisionRecall.thresholds);
      const corners = precisionRecallCurve(own.trueLabels, own.scores, { dropIntermediate: true });
      expectClose([corners.precision, corners.recall, corners.thresholds], wanted.corners);
      expectClose(ranked.classes[c]?.averagePrecision, wanted.averagePrecision);
      expectOutline(ranked.classes[c]!, { roc, precision, recall });
      expectClose(averagePrecision(own.trueLabels, own.scores), wanted.averagePrecision);
    }
    expectClose(ranked.macroAveragePrecision, answer.macroAveragePrecision);
    expectClose(
      ranked.classes.map(({ auc }) => auc),
      answer.classes.map(({ auc }) => auc),
    );
    for (const [i, accuracy] of (answer.topK ?? []).entries()) {
      expectClose(topKAccuracy(trueLabels, scores, i + 1), accuracy);
    }
    const predicted = rows.map(argmax);
    const counts = confusionMatrix(trueLabels, predicted, rows[0]!.length);
    for (const by of ["true", "pred", "all"] as const) {
      expectClose(normalizeConfusion(counts, by), answer.confusion[by]);
    }
    if (answer.probabilities) checkProbabilities(cases[at]!, scores, answer.probabilities, ranked.macroAuc);
  };

  /** The stored points are on the whole curve, and the whole curve is nowhere far from the line through them. */
  function expectOutline(
    { roc: stored, precisionRecall }: Ranking["classes"][number],
    whole: { roc: RocCurve; precision: number[]; recall: number[] },
  ): void {
    const curves: [Curve, Curve][] = [
      [
        { x: precisionRecall.recall, y: precisionRecall.precision },
        { x: whole.recall, y: whole.precision },
      ],
    ];
    if (stored)
      curves.push([
        { x: stored.fpr, y: stored.tpr },
        { x: whole.roc.fpr, y: whole.roc.tpr },
      ]);
    for (const [few, all] of curves) {
      // 0.0005 as told, and half a unit of the fifth decimal on either axis.
      expect(farthest(all, few)).toBeLessThan(0.00052);
      expect(farthest(few, all)).toBeLessThan(1e-5);
    }
  }

  function checkProbabilities(
    { trueLabels, scores: rows, dtype }: Case,
    scores: ClassScores,
    wanted: NonNullable<Answer["probabilities"]>,
    macroAuc: number | null,
  ): void {
    expectClose(logLoss(trueLabels, scores), wanted.logLoss);
    // scikit-learn's own arithmetic in float32: its logarithms are right to 6 digits or so.
    const near = dtype === "float32" ? 1e-5 * Math.max(1, wanted.ownLogLoss) : 1e-12;
    expect(Math.abs(logLoss(trueLabels, scores) - wanted.ownLogLoss)).toBeLessThanOrEqual(near);
    expectClose(brierScore(trueLabels, scores), wanted.brier);
    if (wanted.macroAuc !== undefined) expectClose(macroAuc, wanted.macroAuc);
    const right = rows.map((row, i) => (argmax(row) === trueLabels[i] ? 1 : 0));
    const confidences = rows.map((row) => Math.max(...row));
    for (const bins of [10, 15] as const) {
      const found = calibration(right, confidences, { bins });
      const used = found.bins.filter(({ count }) => count > 0);
      expectClose(
        used.map(({ accuracy }) => accuracy),
        wanted.calibration[bins].accuracy,
      );
      expectClose(
        used.map(({ confidence }) => confidence),
        wanted.calibration[bins].confidence,
      );
      const { accuracy, confidence } = wanted.calibration[bins];
      const error = used.reduce(
        (sum, { count }, i) => sum + (count / trueLabels.length) * Math.abs(accuracy[i]! - confidence[i]!),
        0,
      );
      expectClose(found.error, error);
      expect(used.reduce((sum, { count }) => sum + count, 0)).toBe(trueLabels.length);
    }
  }

  it.each(Object.keys(edgeCases).map((name, at) => [name, at] as const))("%s", (_name, at) => check(at));

  it("80 random cases, with many and with few equal scores", () => {
    for (let at = Object.keys(edgeCases).length; at < cases.length; at++) check(at);
    // What is not defined was really among them.
    expect(answers.filter(({ classes }) => classes.some(({ auc }) => auc === null)).length).toBeGreaterThan(
      9,
    );
  });

  it("McNemar's exact test is SciPy's binomial test", () => {
    for (const [i, [first, second]] of pairs.entries()) {
      const found = mcnemarTest(first, second);
      // Relative: p-values matter by their magnitude.
      expect(Math.abs(found - mcnemar[i]!)).toBeLessThanOrEqual(1e-12 * mcnemar[i]!);
    }
    expect(Math.min(...mcnemar)).toBeLessThan(1e-200);
  });
});
