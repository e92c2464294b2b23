import { CongruentError } from "@congruent/core";
import type { ClassificationReport, ReportRow } from "@congruent/core/schemas";
import type { ClassIndices } from "./check-labels.js";
import { confusionMatrix } from "./confusion-matrix.js";
import { pairwiseSum } from "./pairwise-sum.js";

export interface ClassificationReportOptions {
  /** Which classes get a row, by index. Default: all. */
  classes?: readonly number[];
}

/**
 * Precision, recall, F1 and support of each class and their averages: the numbers of scikit-learn's
 * `classification_report(true_labels, predicted, labels=range(n), target_names=labels, zero_division=0)`, bit for bit. A
 * ratio whose divisor is 0 (a class never predicted, or absent from the true labels) is 0.
 *
 * @param labels the names of all classes, in the order of their indices
 * @throws CongruentError `E_SCORE_COUNT`, `E_LABEL_RANGE`, `E_REPORT_CLASSES`
 * @example
 * ```ts
 * const report = classificationReport([0, 1, 1, 1], [0, 0, 1, 1], ["cat", "dog"]);
 * report.classes[0]; // => { label: "cat", precision: 0.5, recall: 1, f1: 0.6666666666666666, support: 1 }
 * ```
 */
export function classificationReport(
  trueLabels: ClassIndices,
  predicted: ClassIndices,
  labels: readonly string[],
  { classes = labels.map((_, index) => index) }: ClassificationReportOptions = {},
): ClassificationReport {
  if (classes.length === 0 || classes.some((index) => labels[index] === undefined)) {
    throw new CongruentError({
      code: "E_REPORT_CLASSES",
      what: `rows were asked for the classes [${classes.join(", ")}]`,
      expected: `at least one class, each from 0 to ${labels.length - 1}`,
      fix: "correct the classes",
    });
  }
  const matrix = confusionMatrix(trueLabels, predicted, labels.length);
  const counts = labels.map((_, index) => ({
    hits: matrix[index]![index]!,
    support: matrix[index]!.reduce((sum, count) => sum + count, 0),
    predictions: matrix.reduce((sum, row) => sum + row[index]!, 0),
  }));
  const shown = classes.map((index) => counts[index]!);
  const rows = shown.map((count) => scores([count]));
  const complete = counts.every(
    ({ support, predictions }, index) => support + predictions === 0 || classes.includes(index),
  );
  const hits = counts.reduce((sum, count) => sum + count.hits, 0);
  return {
    classes: rows.map((row, i) => ({ label: labels[classes[i]!]!, ...row })),
    accuracy: hits / trueLabels.length,
    ...(complete ? {} : { micro: scores(shown) }),
    macro: average(rows, null),
    weighted: average(
      rows,
      rows.map(({ support }) => support),
    ),
  };
}

interface Counts {
  hits: number;
  support: number;
  predictions: number;
}

/** Of the counts added up: of one class, or of several for the micro average. */
function scores(counts: readonly Counts[]): ReportRow {
  const total = (key: keyof Counts) => counts.reduce((sum, count) => sum + count[key], 0);
  const [hits, support, predictions] = [total("hits"), total("support"), total("predictions")];
  return {
    precision: ratio(hits, predictions),
    recall: ratio(hits, support),
    f1: ratio(2 * hits, support + predictions),
    support,
  };
}

function ratio(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator;
}

function average(rows: readonly ReportRow[], weights: readonly number[] | null): ReportRow {
  const support = rows.reduce((sum, row) => sum + row.support, 0);
  // When no row has support there is nothing to weigh by.
  const used = support === 0 ? null : weights;
  const mean = (key: "precision" | "recall" | "f1") =>
    used === null
      ? pairwiseSum(rows.map((row) => row[key])) / rows.length
      : pairwiseSum(rows.map((row, i) => row[key] * used[i]!)) / support;
  return { precision: mean("precision"), recall: mean("recall"), f1: mean("f1"), support };
}
