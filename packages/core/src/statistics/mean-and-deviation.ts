import { mean } from "./mean.js";

/**
 * Mean, and the standard deviation of a sample (n - 1), which one value does not have: NumPy's `std(values, ddof=1)`.
 *
 * @returns the mean NaN and the deviation null without values
 * @example
 * ```ts
 * meanAndDeviation([1, 2, 3]); // => { mean: 2, standardDeviation: 1 }
 * meanAndDeviation([5]); // => { mean: 5, standardDeviation: null }
 * ```
 */
export function meanAndDeviation(values: readonly number[]): {
  mean: number;
  standardDeviation: number | null;
} {
  const middle = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  const standardDeviation = values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null;
  return { mean: middle, standardDeviation };
}
