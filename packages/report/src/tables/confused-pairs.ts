/**
 * The wrong cells of a confusion matrix (`confusion[true][predicted]`) that hold anything, the fullest first.
 *
 * @example
 * ```ts
 * confusedPairs([[9, 1], [3, 7]]);
 * // => [{ label: 1, predicted: 0, count: 3 }, { label: 0, predicted: 1, count: 1 }]
 * ```
 */
export function confusedPairs(
  confusion: readonly (readonly number[])[],
): { label: number; predicted: number; count: number }[] {
  return confusion
    .flatMap((row, label) => row.map((count, predicted) => ({ label, predicted, count })))
    .filter((pair) => pair.label !== pair.predicted && pair.count > 0)
    .sort((a, b) => b.count - a.count || a.label - b.label || a.predicted - b.predicted);
}
