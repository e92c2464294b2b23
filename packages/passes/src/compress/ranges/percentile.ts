import type { Range } from "./range.js";

/** What lies outside, by default: one of 100,000 numbers at each end is cut off. */
const SHARE = 1e-5;

/**
 * Without the outermost numbers.
 *
 * @param share of the numbers that are cut off at each end
 * @example
 * ```ts
 * percentile(Float64Array.from({ length: 101 }, (_, i) => i), 0.01); // => { min: 1, max: 99 }
 * ```
 */
export function percentile(values: ArrayLike<number>, share = SHARE): Range {
  const sorted = Float64Array.from(values).sort();
  const cut = Math.floor(share * (sorted.length - 1));
  return { min: sorted[cut] ?? 0, max: sorted[sorted.length - 1 - cut] ?? 0 };
}
