import type { ClassificationReport, Evaluation } from "@congruent/core/schemas";
import { formatCount, formatPercent, formatScore } from "../formats/numbers.js";
import type { SheetTable } from "../formats/sheet.js";
import { confusedPairs } from "./confused-pairs.js";

type Rows = Pick<SheetTable, "columns" | "rows">;

/**
 * The classification report as cells, four digits, in the order that scikit-learn prints: classes, accuracy, macro
 * and weighted average.
 *
 * @example
 * ```ts
 * const macro = { precision: 0.5, recall: 1, f1: 2 / 3, support: 4 };
 * scoreRows({ classes: [{ label: "cat", ...macro }], accuracy: 0.75, macro, weighted: macro }).rows;
 * // => [
 * //   ["cat", "0.5000", "1.0000", "0.6667", "4"],
 * //   ["accuracy", "", "", "0.7500", "4"],
 * //   ["macro avg", "0.5000", "1.0000", "0.6667", "4"],
 * //   ["weighted avg", "0.5000", "1.0000", "0.6667", "4"],
 * // ]
 * ```
 */
export function scoreRows(report: ClassificationReport): Rows {
  const scores = (row: ClassificationReport["macro"]) => [
    formatScore(row.precision),
    formatScore(row.recall),
    formatScore(row.f1),
    formatCount(row.support),
  ];
  return {
    columns: [
      { title: "class" },
      { title: "precision", numeric: true },
      { title: "recall", numeric: true },
      { title: "f1", numeric: true },
      { title: "support", numeric: true },
    ],
    rows: [
      ...report.classes.map((row) => [row.label, ...scores(row)]),
      ["accuracy", "", "", formatScore(report.accuracy), formatCount(report.macro.support)],
      ["macro avg", ...scores(report.macro)],
      ["weighted avg", ...scores(report.weighted)],
    ],
  };
}

/**
 * The ten most frequent confusions as cells.
 *
 * @example
 * ```ts
 * confusedRows(["cat", "dog"], [[9, 1], [3, 7]]).rows; // => [["dog", "cat", "3"], ["cat", "dog", "1"]]
 * ```
 */
export function confusedRows(labels: readonly string[], confusion: readonly (readonly number[])[]): Rows {
  return {
    columns: [{ title: "true" }, { title: "predicted" }, { title: "samples", numeric: true }],
    rows: confusedPairs(confusion)
      .slice(0, 10)
      .map((pair) => [labels[pair.label] ?? "?", labels[pair.predicted] ?? "?", formatCount(pair.count)]),
  };
}

/**
 * Wrongly classified samples as cells; a dash where the model gives no probability.
 *
 * @example
 * ```ts
 * mistakeRows([{ index: 18, label: 0, predicted: 1, probability: 0.973 }], ["cat", "dog"]).rows;
 * // => [["18", "cat", "dog", "97.30 %"]]
 * ```
 */
export function mistakeRows(mistakes: Evaluation["mistakes"], labels: readonly string[]): Rows {
  return {
    columns: [
      { title: "sample", numeric: true },
      { title: "true" },
      { title: "predicted" },
      { title: "probability", numeric: true },
    ],
    rows: mistakes.map(({ index, label, predicted, probability }) => [
      String(index),
      labels[label] ?? String(label),
      labels[predicted] ?? String(predicted),
      probability === null ? "–" : formatPercent(probability),
    ]),
  };
}
