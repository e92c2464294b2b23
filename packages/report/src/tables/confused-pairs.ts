/**
 * The wrong cells of a confusion matrix (`confusion[true][predicted]`) that hold anything, the fullest first.
 *
 * @example
 * ```ts
 * confusedPairs([[9, 1], [3, 7]]);
 * // => [{ truth: 1, predicted: 0, count: 3 }, { truth: 0, predicted: 1, count: 1 }]
 * ```
 */
export function confusedPairs(
  confusion: readonly (readonly number[])[],
): { truth: number; predicted: number; count: number }[] {
  return confusion
    .flatMap((row, truth) => row.map((count, predicted) => ({ truth, predicted, count })))
    .filter((pair) => pair.truth !== pair.predicted && pair.count > 0)
    .sort((a, b) => b.count - a.count || a.truth - b.truth || a.predicted - b.predicted);
}
