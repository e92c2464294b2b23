/** What both tails together may leave out. */
const LEFT_OUT = 0.05;

/**
 * An interval that holds the median of what some numbers are drawn from with at least 95 % probability, whatever their distribution: the numbers
 * whose ranks are so far from both ends that this few on one side of the median are too improbable (the binomial distribution of one half).
 *
 * Source: W. J. Conover, Practical Nonparametric Statistics, on quantiles.
 *
 * @returns null for fewer than six numbers, which give no such interval
 * @example
 * ```ts
 * medianInterval([6, 1, 5, 2, 4, 3]); // => [1, 6]
 * medianInterval([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]); // => [2, 9]
 * medianInterval([1, 2, 3]); // => null
 * ```
 */
export function medianInterval(values: readonly number[]): [number, number] | null {
  const sorted = [...values].sort((a, b) => a - b);
  const count = sorted.length;
  // How probable it is that exactly, and at most, so many of them lie below the median.
  let exactly = 0.5 ** count;
  let below = exactly;
  if (2 * below > LEFT_OUT) return null;
  let rank = 0;
  for (;;) {
    exactly *= (count - rank) / (rank + 1);
    below += exactly;
    if (2 * below > LEFT_OUT) break;
    rank++;
  }
  return [sorted[rank] as number, sorted[count - 1 - rank] as number];
}
