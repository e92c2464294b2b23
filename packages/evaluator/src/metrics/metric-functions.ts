import { type METRICS, type MetricInput, type MetricName, metricDefinition } from "@congruent/core";
import { accuracy } from "./accuracy.js";
import { balancedAccuracy } from "./balanced-accuracy.js";
import { brierScore } from "./brier-score.js";
import { calibrationError } from "./calibration-error.js";
import type { ClassIndices } from "./check-labels.js";
import type { ClassScores } from "./check-scores.js";
import { logLoss } from "./log-loss.js";
import { macroAuc } from "./macro-auc.js";
import { macroAveragePrecision } from "./macro-average-precision.js";
import { matthewsCorrelation } from "./matthews-correlation.js";
import { topKAccuracy } from "./top-k-accuracy.js";

interface Labels {
  /** The right class of each example. */
  trueLabels: ClassIndices;
  /** The class that the model says. */
  predicted: ClassIndices;
  /** How many classes there are. */
  classes: number;
}

/** What a metric gets, by what its definition says that it needs. */
export interface MetricGiven extends Record<MetricInput, object> {
  labels: Labels;
  /** `scores`: [samples, classes], higher for what is more likely. */
  scores: Labels & { scores: ClassScores };
  /** `probabilities`: [samples, classes]. */
  probabilities: Labels & { probabilities: ClassScores };
}

/** @returns null where the metric is not defined, undefined where it has no meaning */
export type MetricFunction<Input extends MetricInput> = (
  given: MetricGiven[Input],
) => number | null | undefined;

const topK =
  (k: number): MetricFunction<"scores"> =>
  ({ trueLabels, scores, classes }) =>
    k < classes ? topKAccuracy(trueLabels, scores, k) : undefined;

/** How each metric of core's `METRICS` is computed. One that is missing here does not compile. */
const METRIC_FUNCTIONS: {
  readonly [Name in MetricName]: MetricFunction<(typeof METRICS)[Name]["needs"]>;
} = {
  accuracy: ({ trueLabels, predicted }) => accuracy(trueLabels, predicted),
  balancedAccuracy: ({ trueLabels, predicted, classes }) => balancedAccuracy(trueLabels, predicted, classes),
  matthewsCorrelation: ({ trueLabels, predicted, classes }) =>
    matthewsCorrelation(trueLabels, predicted, classes),
  top2Accuracy: topK(2),
  top3Accuracy: topK(3),
  top5Accuracy: topK(5),
  macroAuc: ({ trueLabels, scores }) => macroAuc(trueLabels, scores),
  macroAveragePrecision: ({ trueLabels, scores }) => macroAveragePrecision(trueLabels, scores),
  logLoss: ({ trueLabels, probabilities }) => logLoss(trueLabels, probabilities),
  brierScore: ({ trueLabels, probabilities }) => brierScore(trueLabels, probabilities),
  calibrationError: ({ trueLabels, predicted, probabilities }) =>
    calibrationError(trueLabels, predicted, probabilities),
};

/** What there is of a model's answers: null for what it does not give, or what cannot be used. */
export interface Answers extends Labels {
  scores: ClassScores | null;
  probabilities: ClassScores | null;
}

/** One metric; null where the model does not give what it needs. */
export function computeMetric(name: MetricName, answers: Answers): number | null | undefined {
  const { needs } = metricDefinition(name);
  if (needs !== "labels" && answers[needs] === null) return null;
  // What this metric needs is there: the table's type says so of each name, which TypeScript cannot follow through a variable.
  return (METRIC_FUNCTIONS[name] as (given: Answers) => number | null | undefined)(answers);
}
