import { type ThresholdCounts, thresholdCounts } from "./threshold-counts.js";

export interface PrecisionRecallCurve {
  /** Of those found, how many are positive; 1 at the last point, where none is found. */
  precision: number[];
  /** Of the positives, how many are found, from 1 down to 0; 1 up to the last point where there are no positives at all. */
  recall: number[];
  /** The lowest score that counts as positive, ascending; one less than there are points. */
  thresholds: number[];
}

export interface PrecisionRecallCurveOptions {
  /** Leaves out what lies within a vertical line: of each recall the first and the last point remain. Default: false. */
  dropIntermediate?: boolean;
}

/**
 * Precision against recall at every threshold: scikit-learn's `precision_recall_curve`.
 *
 * @param trueLabels 1 for a positive example, 0 for a negative one
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
  trueLabels: ArrayLike<number>,
  scores: ArrayLike<number>,
  options: PrecisionRecallCurveOptions = {},
): PrecisionRecallCurve {
  return precisionRecallOf(thresholdCounts(trueLabels, scores), options);
}

/** Of counts that are at hand. */
export function precisionRecallOf(
  { thresholds, truePositives, falsePositives }: ThresholdCounts,
  { dropIntermediate = false }: PrecisionRecallCurveOptions = {},
): PrecisionRecallCurve {
  const last = thresholds.length - 1;
  const positives = truePositives[last]!;
  const curve: PrecisionRecallCurve = { precision: [], recall: [], thresholds: [] };
  for (let i = last; i >= 0; i--) {
    const found = truePositives[i]!;
    const within = i > 0 && i < last && found === truePositives[i - 1] && found === truePositives[i + 1];
    if (dropIntermediate && within) continue;
    curve.precision.push(found / (found + falsePositives[i]!));
    curve.recall.push(positives === 0 ? 1 : found / positives);
    curve.thresholds.push(thresholds[i]!);
  }
  curve.precision.push(1);
  curve.recall.push(0);
  return curve;
}
