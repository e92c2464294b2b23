import type { Range } from "./range.js";

/** From the least to the largest. */
export function minMax(values: ArrayLike<number>): Range {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    min = Math.min(min, values[i] as number);
    max = Math.max(max, values[i] as number);
  }
  return { min, max };
}
