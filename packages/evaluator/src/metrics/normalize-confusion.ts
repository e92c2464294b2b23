/** What the counts are divided by: those of the true class, of the predicted class, or all. */
export type ConfusionNormalization = "true" | "pred" | "all";

/**
 * A confusion matrix as shares, 0..1: scikit-learn's `confusion_matrix(…, normalize=by)`. A row or column without examples is 0
 * throughout, as there.
 *
 * @param counts `counts[true][predicted]`
 * @example
 * ```ts
 * normalizeConfusion([[3, 1], [0, 0]], "true"); // => [[0.75, 0.25], [0, 0]]
 * normalizeConfusion([[3, 1], [0, 0]], "pred"); // => [[1, 1], [0, 0]]
 * ```
 */
export function normalizeConfusion(
  counts: readonly (readonly number[])[],
  by: ConfusionNormalization,
): number[][] {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const all = sum(counts.map(sum));
  const divisors: Record<ConfusionNormalization, (row: number, column: number) => number> = {
    true: (row) => sum(counts[row]!),
    pred: (_, column) => sum(counts.map((row) => row[column]!)),
    all: () => all,
  };
  return counts.map((row, i) => row.map((count, j) => (count === 0 ? 0 : count / divisors[by](i, j))));
}
