import { rocCurve } from "./roc-curve.js";

/**
 * The area under the ROC curve by the trapezoidal rule, 0..1: scikit-learn's binary `roc_auc_score`.
 *
 * @param trueLabels 1 for a positive example, 0 for a negative one
 * @returns null where it is not defined because all examples are of one kind (scikit-learn warns and gives NaN)
 * @throws CongruentError `E_SCORE_COUNT`, `E_SCORE_VALUE`, `E_LABEL_RANGE`
 * @example
 * ```ts
 * rocAuc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]); // => 0.75
 * rocAuc([1, 1], [0.1, 0.4]); // => null
 * ```
 */
export function rocAuc(trueLabels: ArrayLike<number>, scores: ArrayLike<number>): number | null {
  return areaUnder(rocCurve(trueLabels, scores));
}

/** Of a curve that is at hand; null where it is not defined. */
export function areaUnder({ fpr, tpr }: { fpr: readonly number[]; tpr: readonly number[] }): number | null {
  let area = 0;
  for (let i = 1; i < fpr.length; i++) area += ((fpr[i]! - fpr[i - 1]!) * (tpr[i]! + tpr[i - 1]!)) / 2;
  // Rounding must not make it more than everything.
  return Number.isNaN(area) ? null : Math.min(1, area);
}
