import type { ClassIndices } from "./check-labels.js";
import { confusionMatrix } from "./confusion-matrix.js";

/**
 * Matthews' correlation coefficient of the predicted classes with the true ones, −1..1: scikit-learn's `matthews_corrcoef`. It is 0
 * where all examples, or all predictions, are of one class, as there.
 *
 * @param classes how many classes there are
 * @throws CongruentError `E_SCORE_COUNT`, `E_LABEL_RANGE`
 * @example
 * ```ts
 * matthewsCorrelation([0, 0, 1, 1], [0, 0, 1, 1], 2); // => 1
 * matthewsCorrelation([0, 0, 1, 1], [0, 1, 0, 1], 2); // => 0
 * matthewsCorrelation([0, 0, 1, 1], [1, 1, 0, 0], 2); // => -1
 * ```
 */
export function matthewsCorrelation(
  trueLabels: ClassIndices,
  predicted: ClassIndices,
  classes: number,
): number {
  const matrix = confusionMatrix(trueLabels, predicted, classes);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const trueCounts = matrix.map(sum);
  const predictedCounts = matrix.map((_, c) => sum(matrix.map((row) => row[c]!)));
  const dot = (a: readonly number[], b: readonly number[]) => sum(a.map((value, c) => value * b[c]!));
  const all = trueLabels.length;
  const right = sum(matrix.map((row, c) => row[c]!));
  const spread =
    (all ** 2 - dot(trueCounts, trueCounts)) * (all ** 2 - dot(predictedCounts, predictedCounts));
  return spread === 0 ? 0 : (right * all - dot(trueCounts, predictedCounts)) / Math.sqrt(spread);
}
