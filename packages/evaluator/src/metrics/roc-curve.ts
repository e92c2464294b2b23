import { type ThresholdCounts, thresholdCounts } from "./threshold-counts.js";

export interface RocCurve {
  /** False positives in all negatives, from 0 to 1; NaN throughout without a negative example. */
  fpr: number[];
  /** True positives in all positives, from 0 to 1; NaN throughout without a positive example. */
  tpr: number[];
  /** The lowest score that counts as positive; infinity at the first point, where none does. */
  thresholds: number[];
}

/**
 * The receiver operating characteristic: scikit-learn's `roc_curve`, with the corners alone (`drop_intermediate`).
 *
 * @param trueLabels 1 for a positive example, 0 for a negative one
 * @param scores higher for what is more likely positive
 * @throws CongruentError `E_SCORE_COUNT`, `E_SCORE_VALUE`, `E_LABEL_RANGE`
 * @example
 * ```ts
 * rocCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
 * // => { fpr: [0, 0, 0.5, 0.5, 1], tpr: [0, 0.5, 0.5, 1, 1], thresholds: [Infinity, 0.8, 0.4, 0.35, 0.1] }
 * ```
 */
export function rocCurve(trueLabels: ArrayLike<number>, scores: ArrayLike<number>): RocCurve {
  return rocOf(thresholdCounts(trueLabels, scores));
}

/** Of counts that are at hand. */
export function rocOf({ thresholds, truePositives, falsePositives }: ThresholdCounts): RocCurve {
  const last = thresholds.length - 1;
  const bends = (counts: number[], i: number) => counts[i + 1]! - 2 * counts[i]! + counts[i - 1]! !== 0;
  const kept: number[] = [];
  for (let i = 0; i <= last; i++) {
    if (i === 0 || i === last || bends(falsePositives, i) || bends(truePositives, i)) kept.push(i);
  }
  const [negatives, positives] = [falsePositives[last]!, truePositives[last]!];
  const share = (count: number, all: number) => (all === 0 ? Number.NaN : count / all);
  return {
    fpr: [share(0, negatives), ...kept.map((i) => share(falsePositives[i]!, negatives))],
    tpr: [share(0, positives), ...kept.map((i) => share(truePositives[i]!, positives))],
    thresholds: [Number.POSITIVE_INFINITY, ...kept.map((i) => thresholds[i]!)],
  };
}
