import type { ClassIndices } from "./check-labels.js";
import type { ClassScores } from "./check-scores.js";
import { oneVsRest } from "./one-vs-rest.js";
import { pairwiseSum } from "./pairwise-sum.js";
import { rocAuc } from "./roc-auc.js";

/**
 * The mean of the areas under the ROC curves of all classes, each against the rest, 0..1: scikit-learn's
 * `roc_auc_score(…, multi_class="ovr")`, for two classes as well.
 *
 * @param scores [samples, classes], higher for what is more likely
 * @returns null where all examples, or none, are of a class: its area is not defined
 * @throws CongruentError `E_SCORE_SHAPE`, `E_SCORE_COUNT`, `E_LABEL_RANGE`, `E_SCORE_VALUE`
 * @example
 * ```ts
 * const scores = tensor("float64", Float64Array.of(0.9, 0.1, 0.4, 0.6, 0.7, 0.3), [3, 2]);
 * macroAuc([0, 1, 1], scores); // => 1
 * macroAuc([1, 1, 1], scores); // => null
 * ```
 */
export function macroAuc(trueLabels: ClassIndices, scores: ClassScores): number | null {
  const classes = oneVsRest(trueLabels, scores).map((own) => rocAuc(own.trueLabels, own.scores));
  const areas = classes.filter((area) => area !== null);
  return areas.length === classes.length ? pairwiseSum(areas) / areas.length : null;
}
