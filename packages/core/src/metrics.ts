/** The metrics of a classifier, as data: what an evaluation holds, and what terminal, reports and studies show of it. */
import type { Probabilistic, Ranking } from "./schemas/evaluation/evaluation-scores.js";

/** What a metric is computed from, besides the true labels. */
export type MetricInput = "labels" | "scores" | "probabilities";

/** What an evaluation may hold of a metric outside of its field `scores`. */
interface EvaluationFields {
  accuracy: number;
  ranking?: Ranking | null | undefined;
  probabilistic?: Probabilistic | null | undefined;
}

/** One number that says how good a classifier is. */
export interface MetricDefinition {
  /** As lists of facts name it: `AUC, mean of the classes`. */
  title: string;
  /** As the columns of tables name it: `AUC`. */
  short: string;
  /** One sentence: what it says, and when it is worth reading. */
  description: string;
  /** Predicted labels; any numbers that rank the classes; or probabilities. */
  needs: MetricInput;
  better: "higher" | "lower";
  /** The lowest and the highest value that there can be. */
  range: readonly [number, number];
  /** `percent`: 0.9897 is shown as 98.97 %; `score`: as 0.9897. */
  format: "percent" | "score";
  /**
   * scikit-learn's counterpart: a Python expression of `true_labels` and `predicted` (class indices), `scores` or `probabilities`
   * ([samples, classes]), `classes` (all class indices) and all of `sklearn.metrics`. A test compares both. Null where there is none.
   */
  scikitLearn: string | null;
  /** Where files keep it that are older than the field `scores`; a new metric has no such place. */
  olderField?: (evaluation: EvaluationFields) => number | null | undefined;
}

const topK = (k: number) =>
  ({
    title: `top-${k} accuracy`,
    short: `top-${k}`,
    description: `How often the true class is among the ${k} classes that the model ranks highest; only with more than ${k} classes.`,
    needs: "scores",
    better: "higher",
    range: [0, 1],
    format: "percent",
    scikitLearn: `top_k_accuracy_score(true_labels, scores, k=${k}, labels=classes)`,
    olderField: ({ ranking }) => ranking?.topK.find((each) => each.k === k)?.accuracy,
  }) as const satisfies MetricDefinition;

/** Every metric, in the order in which they are shown. */
export const METRICS = {
  accuracy: {
    title: "accuracy",
    short: "accuracy",
    description: "How often the predicted class is the true one.",
    needs: "labels",
    better: "higher",
    range: [0, 1],
    format: "percent",
    scikitLearn: "accuracy_score(true_labels, predicted)",
    olderField: ({ accuracy }) => accuracy,
  },
  balancedAccuracy: {
    title: "balanced accuracy",
    short: "balanced accuracy",
    description:
      "The mean of the classes' recalls: every class counts the same, however few examples it has.",
    needs: "labels",
    better: "higher",
    range: [0, 1],
    format: "percent",
    scikitLearn: "balanced_accuracy_score(true_labels, predicted)",
  },
  matthewsCorrelation: {
    title: "Matthews correlation",
    short: "MCC",
    description:
      "How closely the predicted classes follow the true ones: 1 for all right, 0 for chance, whatever the sizes of the classes.",
    needs: "labels",
    better: "higher",
    range: [-1, 1],
    format: "score",
    scikitLearn: "matthews_corrcoef(true_labels, predicted)",
  },
  top2Accuracy: topK(2),
  top3Accuracy: topK(3),
  top5Accuracy: topK(5),
  macroAuc: {
    title: "AUC, mean of the classes",
    short: "AUC",
    description:
      "How likely an example of a class is ranked above one of another class, one class against the rest; null where a class has no examples.",
    needs: "scores",
    better: "higher",
    range: [0, 1],
    format: "score",
    scikitLearn: "numpy.mean([roc_auc_score(true_labels == c, scores[:, c]) for c in classes])",
    olderField: ({ ranking }) => ranking?.macroAuc,
  },
  macroAveragePrecision: {
    title: "average precision, mean of the classes",
    short: "average precision",
    description:
      "The mean of the precisions at every threshold, weighted by the gain in recall, one class against the rest.",
    needs: "scores",
    better: "higher",
    range: [0, 1],
    format: "score",
    scikitLearn: "numpy.mean([average_precision_score(true_labels == c, scores[:, c]) for c in classes])",
    olderField: ({ ranking }) => ranking?.macroAveragePrecision,
  },
  logLoss: {
    title: "log loss",
    short: "log loss",
    description: "The mean of −ln of the true class's probability: a sure mistake costs most.",
    needs: "probabilities",
    better: "lower",
    range: [0, Number.POSITIVE_INFINITY],
    format: "score",
    scikitLearn: "log_loss(true_labels, probabilities, labels=classes)",
    olderField: ({ probabilistic }) => probabilistic?.logLoss,
  },
  brierScore: {
    title: "Brier score",
    short: "Brier score",
    description:
      "The mean squared distance of the probabilities from the true class; half of it for two classes.",
    needs: "probabilities",
    better: "lower",
    range: [0, 2],
    format: "score",
    scikitLearn: "brier_score_loss(true_labels, probabilities, labels=classes)",
    olderField: ({ probabilistic }) => probabilistic?.brier,
  },
  calibrationError: {
    title: "expected calibration error",
    short: "calibration error",
    description:
      "The mean distance between the probability of the predicted class and how often such predictions are right.",
    needs: "probabilities",
    better: "lower",
    range: [0, 1],
    format: "score",
    scikitLearn: null,
    olderField: ({ probabilistic }) => probabilistic?.calibrationError,
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;

export const METRIC_NAMES = Object.keys(METRICS) as MetricName[];

/** A metric's definition with the fields that only some have. */
export function metricDefinition(name: MetricName): MetricDefinition {
  return METRICS[name];
}
