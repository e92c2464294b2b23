import { thresholdCounts } from "./threshold-counts.js";

export interface PrecisionRecallCurve {
  /** Of those found, how many are positive; 1 at the last point, where none is found. */
  precision: number[];
  /** Of the positives, how many are found, from 1 down to 0; 1 up to the last point where there are no positives at all. */
  recall: number[];
  /** The lowest score that counts as positive, ascending; one less than there are points. */
  thresholds: number[];
}

/**
 * Precision against recall at every threshold: scikit-learn's `precision_recall_curve`.
 *
 * @param truth 1 for a positive example, 0 for a negative one
 * @param scores higher for what is more likely positive
 * @throws CongruentError `E_SCORE_COUNT`, `E_SCORE_VALUE`, `E_LABEL_RANGE`
 * @example
 * ```ts
 * precisionRecallCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
 * // => {
 * //   precision: [0.5, 0.6666666666666666, 0.5, 1, 1],
 * //   recall: [1, 1, 0.5, 0.5, 0],
 * //   thresholds: [0.1, 0.35, 0.4, 0.8],
 * // }
 * ```
 */
export function precisionRecallCurve(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
): PrecisionRecallCurve {
  const { thresholds, truePositives, falsePositives } = thresholdCounts(truth, scores);
  const positives = truePositives.at(-1)!;
  const precision = truePositives.map((found, i) => found / (found + falsePositives[i]!));
  const recall = truePositives.map((found) => (positives === 0 ? 1 : found / positives));
  return {
    precision: [...precision.reverse(), 1],
    recall: [...recall.reverse(), 0],
    thresholds: thresholds.reverse(),
  };
}
