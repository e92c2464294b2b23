import type { Ranking } from "@congruent/core/schemas";
import { stepsUnder } from "./metrics/average-precision.js";
import type { ClassIndices } from "./metrics/check-labels.js";
import type { ClassScores } from "./metrics/check-scores.js";
import { type OneVsRest, oneVsRest } from "./metrics/one-vs-rest.js";
import { pairwiseSum } from "./metrics/pairwise-sum.js";
import { precisionRecallOf } from "./metrics/precision-recall-curve.js";
import { areaUnder } from "./metrics/roc-auc.js";
import { rocOf } from "./metrics/roc-curve.js";
import { thinCurve } from "./metrics/thin-curve.js";
import { thresholdCounts } from "./metrics/threshold-counts.js";
import { topKAccuracy } from "./metrics/top-k-accuracy.js";

/** Of top-k accuracy, as far as there are more classes; the first is the accuracy itself. */
const TOP_K = [2, 3, 5];

/** A fifth of a pixel in a chart of 400: what is left out cannot be seen. */
const CURVE_TOLERANCE = 0.0005;
/** Steps of the coordinates that are kept: far below the tolerance, and a file of a third less. */
const STEPS = 1e5;

/**
 * Top-k accuracies and, for each class against the rest, the ROC and the precision-recall curve with their areas. The areas are
 * those of the whole curves, which are then thinned to what can be seen.
 *
 * @param scores [samples, classes], higher for what is more likely
 * @throws CongruentError `E_SCORE_SHAPE`, `E_SCORE_COUNT`, `E_LABEL_RANGE`, `E_SCORE_VALUE`
 * @example
 * ```ts
 * const scores = tensor("float64", Float64Array.of(0.9, 0.1, 0.4, 0.6, 0.7, 0.3), [3, 2]);
 * const { macroAuc, classes } = ranking([0, 1, 1], scores, "probabilities");
 * macroAuc; // => 1
 * classes[1].roc; // => { fpr: [0, 0, 1], tpr: [0, 1, 1] }
 * ```
 */
export function ranking(trueLabels: ClassIndices, scores: ClassScores, from: Ranking["from"]): Ranking {
  const classes = oneVsRest(trueLabels, scores).map(ofClass);
  const mean = (values: number[]) => pairwiseSum(values) / values.length;
  const areas = classes.flatMap(({ auc }) => (auc === null ? [] : [auc]));
  return {
    from,
    topK: TOP_K.filter((k) => k < classes.length).map((k) => ({
      k,
      accuracy: topKAccuracy(trueLabels, scores, k),
    })),
    macroAuc: areas.length === classes.length ? mean(areas) : null,
    macroAveragePrecision: mean(classes.map(({ averagePrecision }) => averagePrecision)),
    classes,
    curveTolerance: CURVE_TOLERANCE,
  };
}

function ofClass({ trueLabels, scores }: OneVsRest): Ranking["classes"][number] {
  const counts = thresholdCounts(trueLabels, scores, { outline: true });
  const { fpr, tpr } = rocOf(counts);
  const auc = areaUnder({ fpr, tpr });
  // Without what lies within vertical lines the area is the same, and most points of a good model lie there.
  const { precision, recall } = precisionRecallOf(counts, { dropIntermediate: true });
  const tolerance = CURVE_TOLERANCE;
  const corners = auc === null ? null : thinCurve({ x: fpr, y: tpr }, { tolerance });
  const steps = thinCurve({ x: recall, y: precision }, { tolerance });
  const at = (indices: readonly number[], values: readonly number[]) =>
    indices.map((index) => Math.round(values[index]! * STEPS) / STEPS);
  return {
    auc,
    averagePrecision: stepsUnder({ precision, recall }),
    roc: corners && { fpr: at(corners, fpr), tpr: at(corners, tpr) },
    precisionRecall: { recall: at(steps, recall), precision: at(steps, precision) },
  };
}
