/**
 * The middle of some numbers by size; of an even count the mean of the two in the middle, of none NaN.
 *
 * @example
 * ```ts
 * median([3, 1, 2]); // => 2
 * median([4, 1, 2, 3]); // => 2.5
 * ```
 */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
