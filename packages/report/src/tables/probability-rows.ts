import type { Probabilistic, Ranking } from "@congruent/core/schemas";
import { formatCount, formatPercent, formatScore } from "../formats/numbers.js";
import type { SheetTable } from "../formats/sheet.js";

type Rows = Pick<SheetTable, "columns" | "rows">;

/**
 * Areas of each class against the rest as cells.
 *
 * @example
 * ```ts
 * const cat = { auc: null, averagePrecision: 0.5, roc: null, precisionRecall: { recall: [1, 0], precision: [0.5, 1] } };
 * rankRows({ classes: [cat] }, ["cat"]).rows; // => [["cat", "–", "0.5000"]]
 * ```
 */
export function rankRows({ classes }: Pick<Ranking, "classes">, labels: readonly string[]): Rows {
  return {
    columns: [
      { title: "class against the rest" },
      { title: "AUC", numeric: true },
      { title: "average precision", numeric: true },
    ],
    rows: classes.map(({ auc, averagePrecision }, i) => [
      labels[i] ?? String(i),
      scoreOrDash(auc),
      formatScore(averagePrecision),
    ]),
  };
}

/**
 * The bins of a reliability diagram that hold anything, as cells.
 *
 * @example
 * ```ts
 * calibrationRows([{ from: 0.8, to: 1, count: 3, confidence: 0.9, accuracy: 1 }]).rows;
 * // => [["0.80 … 1.00", "3", "0.9000", "1.0000"]]
 * ```
 */
export function calibrationRows(bins: Probabilistic["calibration"]): Rows {
  return {
    columns: [
      { title: "confidence" },
      { title: "samples", numeric: true },
      { title: "mean confidence", numeric: true },
      { title: "accuracy", numeric: true },
    ],
    rows: bins
      .filter(({ count }) => count > 0)
      .map(({ from, to, count, confidence, accuracy }) => [
        `${from.toFixed(2)} … ${to.toFixed(2)}`,
        formatCount(count),
        scoreOrDash(confidence),
        scoreOrDash(accuracy),
      ]),
  };
}

/**
 * The samples whose true class the model thought least likely, as cells.
 *
 * @example
 * ```ts
 * const likeliest = [{ class: 1, probability: 0.9 }, { class: 0, probability: 0.1 }];
 * worstRows([{ index: 18, label: 0, predicted: 1, probability: 0.1, likeliest }], ["cat", "dog"]).rows;
 * // => [["18", "cat", "10.00 %", "dog 90.00 %, cat 10.00 %"]]
 * ```
 */
export function worstRows(worst: Probabilistic["worst"], labels: readonly string[]): Rows {
  const name = (index: number) => labels[index] ?? String(index);
  return {
    columns: [
      { title: "sample", numeric: true },
      { title: "true" },
      { title: "its probability", numeric: true },
      { title: "thought likeliest" },
    ],
    rows: worst.map(({ index, label, probability, likeliest }) => [
      String(index),
      name(label),
      formatPercent(probability),
      likeliest.map((each) => `${name(each.class)} ${formatPercent(each.probability)}`).join(", "),
    ]),
  };
}

function scoreOrDash(score: number | null): string {
  return score === null ? "–" : formatScore(score);
}
