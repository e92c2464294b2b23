/** Up to here NumPy adds in one go, beyond it halves. */
const BLOCK = 128;

/**
 * The sum of doubles in the order in which NumPy adds them (eight partial sums, halved blocks beyond 128): averages then
 * equal scikit-learn's to the last bit, not only to the digits shown.
 *
 * @example
 * ```ts
 * pairwiseSum([0.1, 0.2, 0.3]); // => 0.6000000000000001
 * ```
 */
export function pairwiseSum(values: readonly number[]): number {
  const count = values.length;
  if (count > BLOCK) {
    const half = Math.floor(count / 2);
    const cut = half - (half % 8);
    return pairwiseSum(values.slice(0, cut)) + pairwiseSum(values.slice(cut));
  }
  if (count < 8) return values.reduce((sum, value) => sum + value, 0);
  const whole = count - (count % 8);
  const partial = values.slice(0, 8);
  for (let i = 8; i < whole; i++) partial[i % 8]! += values[i]!;
  const [a, b, c, d, e, f, g, h] = partial as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const sum = a + b + (c + d) + (e + f + (g + h));
  return values.slice(whole).reduce((total, value) => total + value, sum);
}
