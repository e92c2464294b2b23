/** Elements of a value in another order: what reshaping, slicing and gathering operators have in common. */
import { sizeOf } from "@congruent/core";
import { eachRow } from "./shapes.js";
import { allocate, type Value } from "./value.js";

/**
 * The elements that strides reach, as a dense value.
 *
 * @param strides may be 0 (repetition) or negative (backwards)
 */
export function strided(
  source: Value,
  dims: readonly number[],
  strides: readonly number[],
  offset = 0,
): Value {
  const data = allocate(source.dtype, sizeOf(dims));
  const from = source.data as unknown[];
  const to = data as unknown[];
  const length = dims.at(-1) ?? 1;
  const step = strides.at(-1) ?? 0;
  eachRow(dims, [strides], (begin, [start = 0]) => {
    const first = offset + start;
    for (let i = 0; i < length; i++) to[begin + i] = from[first + i * step];
  });
  return { dtype: source.dtype, dims, data };
}

/** The elements at `places`; those at a negative place are left zero (or empty). */
export function pick(source: Value, places: ArrayLike<number>, dims: readonly number[]): Value {
  const data = allocate(source.dtype, sizeOf(dims));
  const from = source.data as unknown[];
  const to = data as unknown[];
  for (let i = 0; i < to.length; i++) {
    const place = places[i] as number;
    if (place >= 0) to[i] = from[place];
  }
  return { dtype: source.dtype, dims, data };
}

/** The same elements in another shape. */
export function reshaped(source: Value, dims: readonly number[]): Value {
  return { dtype: source.dtype, dims, data: source.data };
}
