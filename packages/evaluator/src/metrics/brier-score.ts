import type { ClassIndices } from "./check-labels.js";
import { type ClassScores, checkProbabilities } from "./check-scores.js";
import { pairwiseSum } from "./pairwise-sum.js";

/**
 * Mean squared distance of the probabilities from the true labels (1 for the true class, 0 for the others), 0..2, and half of it for two
 * classes: scikit-learn's `brier_score_loss(true_labels, probabilities, labels=range(n))`, in double precision.
 *
 * @throws CongruentError `E_PROBABILITY` (also for one class alone), `E_SCORE_SHAPE`, `E_SCORE_COUNT`, `E_LABEL_RANGE`, `E_SCORE_VALUE`
 * @example
 * ```ts
 * brierScore([0, 1], tensor("float64", Float64Array.of(1, 0, 0, 0.5, 0.25, 0.25), [2, 3])); // => 0.4375
 * brierScore([0, 1], tensor("float64", Float64Array.of(0.5, 0.5, 0.5, 0.5), [2, 2])); // => 0.25
 * ```
 */
export function brierScore(trueLabels: ClassIndices, probabilities: ClassScores): number {
  const classes = checkProbabilities(trueLabels, probabilities);
  const { data } = probabilities;
  const distances: number[] = [];
  for (let i = 0; i < trueLabels.length; i++) {
    const own = trueLabels[i]!;
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const distance = (c === own ? 1 : 0) - data[i * classes + c]!;
      sum += distance * distance;
    }
    distances.push(sum);
  }
  return (pairwiseSum(distances) / trueLabels.length) * (classes < 3 ? 0.5 : 1);
}
