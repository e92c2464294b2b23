/**
 * The value below which a percentage of all values lies; between two of them, by a straight line: NumPy's `percentile`.
 *
 * @param part the percentage, 0..100
 * @returns NaN without values
 * @example
 * ```ts
 * percentile([3, 1, 2, 4], 50); // => 2.5
 * percentile([3, 1, 2, 4], 95); // => 3.8499999999999996
 * ```
 */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (part / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] ?? Number.NaN;
  const above = sorted[Math.ceil(rank)] ?? Number.NaN;
  return below + (above - below) * (rank - Math.floor(rank));
}
