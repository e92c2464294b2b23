/** What scores are made of, one file each. The metrics that an evaluation holds are in `metric-functions.ts`. */
export { accuracy } from "./accuracy.js";
export { averagePrecision } from "./average-precision.js";
export { balancedAccuracy } from "./balanced-accuracy.js";
export { brierScore } from "./brier-score.js";
export { type Calibration, type CalibrationBin, calibration } from "./calibration.js";
export { calibrationError } from "./calibration-error.js";
export type { ClassIndices } from "./check-labels.js";
export type { ClassScores } from "./check-scores.js";
export { type ClassificationReportOptions, classificationReport } from "./classification-report.js";
export { confusionMatrix } from "./confusion-matrix.js";
export { logLoss } from "./log-loss.js";
export { macroAuc } from "./macro-auc.js";
export { macroAveragePrecision } from "./macro-average-precision.js";
export { matthewsCorrelation } from "./matthews-correlation.js";
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
