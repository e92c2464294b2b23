import { requireCount } from "@congruent/core";
import type { ClassIndices } from "./check-labels.js";
import { type ClassScores, checkScores } from "./check-scores.js";

/**
 * The fraction of examples whose true class is among the `k` highest scores, 0..1: scikit-learn's `top_k_accuracy_score`, which
 * lets the class of the higher index win among equal scores.
 *
 * @param k from 1; with as many as there are classes, or more, everything is right
 * @throws CongruentError `E_TOP_K`, `E_SCORE_SHAPE`, `E_SCORE_COUNT`, `E_LABEL_RANGE`, `E_SCORE_VALUE`
 * @example
 * ```ts
 * const scores = tensor("float64", Float64Array.of(0.5, 0.2, 0.2, 0.3, 0.4, 0.2, 0.2, 0.4, 0.3, 0.7, 0.2, 0.1), [4, 3]);
 * topKAccuracy([0, 1, 2, 2], scores, 2); // => 0.75
 * ```
 */
export function topKAccuracy(trueLabels: ClassIndices, scores: ClassScores, k: number): number {
  const classes = checkScores(trueLabels, scores);
  requireCount(k, "k", "E_TOP_K");
  const { data } = scores;
  let hits = 0;
  for (let i = 0; i < trueLabels.length; i++) {
    const own = trueLabels[i]!;
    const score = data[i * classes + own]!;
    let before = 0;
    for (let c = 0; c < classes; c++) {
      const other = data[i * classes + c]!;
      if (other > score || (other === score && c > own)) before++;
    }
    if (before < k) hits++;
  }
  return hits / trueLabels.length;
}
