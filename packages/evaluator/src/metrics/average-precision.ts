import { type PrecisionRecallCurve, precisionRecallCurve } from "./precision-recall-curve.js";

/**
 * The mean of the precisions weighted by the gain in recall, 0..1, without interpolation: scikit-learn's
 * `average_precision_score`. It is 0 where there are no positive examples, as there.
 *
 * @param trueLabels 1 for a positive example, 0 for a negative one
 * @throws CongruentError `E_SCORE_COUNT`, `E_SCORE_VALUE`, `E_LABEL_RANGE`
 * @example
 * ```ts
 * averagePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]); // => 0.8333333333333333
 * ```
 */
export function averagePrecision(trueLabels: ArrayLike<number>, scores: ArrayLike<number>): number {
  return stepsUnder(precisionRecallCurve(trueLabels, scores));
}

/** Of a curve that is at hand. */
export function stepsUnder({
  precision,
  recall,
}: Pick<PrecisionRecallCurve, "precision" | "recall">): number {
  let sum = 0;
  for (let i = 1; i < recall.length; i++) sum += (recall[i - 1]! - recall[i]!) * precision[i - 1]!;
  // Rounding must not make it more than everything.
  return Math.min(1, sum);
}
