export { checkFits } from "./check-fits.js";
export { type CompareEvaluationsOptions, compareEvaluations } from "./compare-evaluations.js";
export { type EvaluateOptions, evaluate } from "./evaluate.js";
export { type FormatReportOptions, formatClassificationReport } from "./format-classification-report.js";
export * from "./metrics/index.js";
export { probabilistic } from "./probabilistic.js";
export { ranking } from "./ranking.js";
