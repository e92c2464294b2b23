/** The standard normal distribution's 97.5 % quantile: both tails together leave 5 % out. */
const Z95 = 1.959963984540054;

/**
 * Wilson's score interval of a share, at 95 %: also right for shares near 0 and 1 and for few samples, where the normal approximation
 * leaves the range.
 *
 * Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
 *
 * @returns the lower and the upper end, both within 0..1; 0 to 1 without any samples
 * @example
 * ```ts
 * wilsonInterval(0, 10).map((end) => Number(end.toFixed(4))); // => [0, 0.2775]
 * wilsonInterval(49, 500).map((end) => Number(end.toFixed(4))); // => [0.0749, 0.1272]
 * ```
 */
export function wilsonInterval(successes: number, samples: number): [number, number] {
  if (samples === 0) return [0, 1];
  const share = successes / samples;
  const z2 = Z95 ** 2 / samples;
  const center = share + z2 / 2;
  const half = Z95 * Math.sqrt((share * (1 - share) + z2 / 4) / samples);
  const end = (value: number) => Math.min(1, Math.max(0, value / (1 + z2)));
  // Rounding must not leave a share of none or all outside its own interval.
  return [successes === 0 ? 0 : end(center - half), successes === samples ? 1 : end(center + half)];
}
