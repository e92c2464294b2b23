export { checkFits } from "./check-fits.js";
export { type EvaluateOptions, evaluate } from "./evaluate.js";
export { type FormatReportOptions, formatClassificationReport } from "./format-classification-report.js";
export { accuracy } from "./metrics/accuracy.js";
export type { ClassIndices } from "./metrics/check-labels.js";
export { type ClassificationReportOptions, classificationReport } from "./metrics/classification-report.js";
export { confusionMatrix } from "./metrics/confusion-matrix.js";
