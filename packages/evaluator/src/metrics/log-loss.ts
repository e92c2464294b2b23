import type { ClassIndices } from "./check-labels.js";
import { type ClassScores, checkProbabilities, EPSILON } from "./check-scores.js";
import { pairwiseSum } from "./pairwise-sum.js";

/**
 * Mean of −ln of the true class's probability: scikit-learn's `log_loss(true_labels, probabilities, labels=range(n))`. Probabilities
 * are clipped to ε..1 − ε with the ε of their own type, so a true class of probability 0 costs 15.9 as float32 and 36.0 as
 * float64; the arithmetic is in double precision for both.
 *
 * @throws CongruentError `E_PROBABILITY` (also for one class alone, and for rows that do not sum to 1, of which scikit-learn
 * only warns), `E_SCORE_SHAPE`, `E_SCORE_COUNT`, `E_LABEL_RANGE`, `E_SCORE_VALUE`
 * @example
 * ```ts
 * logLoss([0, 1], tensor("float64", Float64Array.of(0.5, 0.5, 0.5, 0.5), [2, 2])); // => 0.6931471805599453
 * ```
 */
export function logLoss(trueLabels: ClassIndices, probabilities: ClassScores): number {
  const classes = checkProbabilities(trueLabels, probabilities);
  const epsilon = EPSILON[probabilities.dtype];
  const losses = Array.from(trueLabels, (own, i) => {
    const probability = probabilities.data[i * classes + own]!;
    return -Math.log(Math.min(1 - epsilon, Math.max(epsilon, probability)));
  });
  return pairwiseSum(losses) / trueLabels.length;
}
