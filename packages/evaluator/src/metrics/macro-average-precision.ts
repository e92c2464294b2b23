import { averagePrecision } from "./average-precision.js";
import type { ClassIndices } from "./check-labels.js";
import type { ClassScores } from "./check-scores.js";
import { oneVsRest } from "./one-vs-rest.js";
import { pairwiseSum } from "./pairwise-sum.js";

/**
 * The mean of the average precisions of all classes, each against the rest, 0..1: scikit-learn's
 * `average_precision_score(…, average="macro")`. A class without examples counts as 0, as there.
 *
 * @param scores [samples, classes], higher for what is more likely
 * @throws CongruentError `E_SCORE_SHAPE`, `E_SCORE_COUNT`, `E_LABEL_RANGE`, `E_SCORE_VALUE`
 * @example
 * ```ts
 * const scores = tensor("float64", Float64Array.of(0.9, 0.1, 0.4, 0.6, 0.7, 0.3), [3, 2]);
 * macroAveragePrecision([0, 1, 1], scores); // => 1
 * ```
 */
export function macroAveragePrecision(trueLabels: ClassIndices, scores: ClassScores): number {
  const classes = oneVsRest(trueLabels, scores).map((own) => averagePrecision(own.trueLabels, own.scores));
  return pairwiseSum(classes) / classes.length;
}
