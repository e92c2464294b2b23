import { type ClassIndices, checkLabels } from "./check-labels.js";

/**
 * The fraction of examples whose predicted class is the true one, 0..1.
 *
 * @throws CongruentError `E_SCORE_COUNT`, `E_LABEL_RANGE`
 * @example
 * ```ts
 * accuracy([0, 1, 2, 2], [0, 2, 2, 2]); // => 0.75
 * ```
 */
export function accuracy(trueLabels: ClassIndices, predicted: ClassIndices): number {
  checkLabels(trueLabels, predicted, Number.POSITIVE_INFINITY);
  let right = 0;
  for (let i = 0; i < trueLabels.length; i++) if (trueLabels[i] === predicted[i]) right++;
  return right / trueLabels.length;
}
