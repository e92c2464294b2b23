/** One metric, one file. */
export { accuracy } from "./accuracy.js";
export { averagePrecision } from "./average-precision.js";
export { brierScore } from "./brier-score.js";
export { type Calibration, type CalibrationBin, calibration } from "./calibration.js";
export type { ClassIndices } from "./check-labels.js";
export type { ClassScores } from "./check-scores.js";
export { type ClassificationReportOptions, classificationReport } from "./classification-report.js";
export { confusionMatrix } from "./confusion-matrix.js";
export { logLoss } from "./log-loss.js";
export { type ConfusionNormalization, normalizeConfusion } from "./normalize-confusion.js";
export { type OneVsRest, oneVsRest } from "./one-vs-rest.js";
export {
  type PrecisionRecallCurve,
  type PrecisionRecallCurveOptions,
  precisionRecallCurve,
} from "./precision-recall-curve.js";
export { rocAuc } from "./roc-auc.js";
export { type RocCurve, rocCurve } from "./roc-curve.js";
export { type Curve, type ThinCurveOptions, thinCurve } from "./thin-curve.js";
export { topKAccuracy } from "./top-k-accuracy.js";
