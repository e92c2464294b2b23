/** Elements of a value in another order: what reshaping, slicing and gathering operators have in common. */
import { sizeOf } from "@congruent/core";
import { coalesced, eachRow } from "./shapes.js";
import { allocate, type Value, type ValueData } from "./value.js";

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
  const walk = coalesced(dims, [strides]);
  const length = walk.dims.at(-1) ?? 1;
  const step = walk.strides[0]?.at(-1) ?? 0;
  const copy = source.data instanceof Float64Array ? copyDoubles : copyAny;
  eachRow(walk.dims, walk.strides, (begin, [start = 0]) => {
    copy(source.data, offset + start, step, data, begin, length);
  });
  return { dtype: source.dtype, dims, data };
}

/** By itself, as a loop that meets one kind of array alone runs several times as fast. */
function copyDoubles(
  source: ValueData,
  start: number,
  step: number,
  target: ValueData,
  at: number,
  length: number,
): void {
  const [from, to] = [source as Float64Array, target as Float64Array];
  for (let i = 0, k = start; i < length; i++, k += step) to[at + i] = from[k] as number;
}

function copyAny(
  source: ValueData,
  start: number,
  step: number,
  target: ValueData,
  at: number,
  length: number,
): void {
  const [from, to] = [source as unknown[], target as unknown[]];
  for (let i = 0, k = start; i < length; i++, k += step) to[at + i] = from[k];
}

/** The elements at `places`; those at a negative place are left zero (or empty). */
export function pick(source: Value, places: ArrayLike<number>, dims: readonly number[]): Value {
  const data = allocate(source.dtype, sizeOf(dims));
  if (source.data instanceof Float64Array && places instanceof Float64Array) {
    pickDoubles(source.data, places, data as Float64Array);
    return { dtype: source.dtype, dims, data };
  }
  const from = source.data as unknown[];
  const to = data as unknown[];
  for (let i = 0; i < to.length; i++) {
    const place = places[i] as number;
    if (place >= 0) to[i] = from[place];
  }
  return { dtype: source.dtype, dims, data };
}

function pickDoubles(from: Float64Array, places: Float64Array, to: Float64Array): void {
  for (let i = 0; i < to.length; i++) {
    const place = places[i] as number;
    if (place >= 0) to[i] = from[place] as number;
  }
}

/** The same elements in another shape. */
export function reshaped(source: Value, dims: readonly number[]): Value {
  return { dtype: source.dtype, dims, data: source.data };
}
