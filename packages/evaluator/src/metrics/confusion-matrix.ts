import { type ClassIndices, checkLabels } from "./check-labels.js";

/**
 * How often each class was taken for each: `matrix[true][predicted]`, counts.
 *
 * @param classes how many classes there are
 * @throws CongruentError `E_SCORE_COUNT`, `E_LABEL_RANGE`
 * @example
 * ```ts
 * confusionMatrix([0, 1, 1], [0, 0, 1], 2); // => [[1, 0], [1, 1]]
 * ```
 */
export function confusionMatrix(
  trueLabels: ClassIndices,
  predicted: ClassIndices,
  classes: number,
): number[][] {
  checkLabels(trueLabels, predicted, classes);
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < trueLabels.length; i++) matrix[trueLabels[i]!]![predicted[i]!]! += 1;
  return matrix;
}
