import type { ClassIndices } from "./check-labels.js";
import { confusionMatrix } from "./confusion-matrix.js";
import { pairwiseSum } from "./pairwise-sum.js";

/**
 * The mean of the classes' recalls, 0..1: scikit-learn's `balanced_accuracy_score`. Classes without examples do not count, as there.
 *
 * @param classes how many classes there are
 * @throws CongruentError `E_SCORE_COUNT`, `E_LABEL_RANGE`
 * @example
 * ```ts
 * // Three in four of class 0 are right, and the only one of class 1.
 * balancedAccuracy([0, 0, 0, 0, 1], [0, 0, 0, 1, 1], 2); // => 0.875
 * ```
 */
export function balancedAccuracy(trueLabels: ClassIndices, predicted: ClassIndices, classes: number): number {
  const recalls = confusionMatrix(trueLabels, predicted, classes).flatMap((row, own) => {
    const support = row.reduce((sum, count) => sum + count, 0);
    return support === 0 ? [] : [row[own]! / support];
  });
  return pairwiseSum(recalls) / recalls.length;
}
