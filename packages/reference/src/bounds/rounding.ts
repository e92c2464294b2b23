/** What one rounding of each element type may change, and how many roundings add up. */
import { SMALL_FLOAT_FORMATS } from "../small-floats.js";
import type { ValueDType } from "../value.js";

/**
 * How roundings are taken to add up.
 *
 * - `worst`: each as large as it can be, all in the wrong direction. Never exceeded by a runtime that rounds as IEEE 754 requires.
 * - `statistical`: in random directions, so that k of them grow as √k; and errors of a sum's many terms as the root of their squares.
 *
 * docs/decisions/error-bounds.md measures both.
 */
export type RoundingModel = "statistical" | "worst";

/**
 * Standard deviations that the statistical model allows: by Hoeffding's inequality one sum in 4 · 10^13 exceeds 8 of them (Higham and
 * Mary, "A New Approach to Probabilistic Rounding Error Analysis", 2019, theorem 2.4).
 */
export const CONFIDENCE = 8;

export interface Rounding {
  model: RoundingModel;
  /** Largest relative change by one rounding of the node's element type, such as 2^-24 for float32. */
  unit: number;
  /** Magnitude below which results may be lost: the smallest normal number, as subnormal ones may be flushed to zero. */
  floor: number;
  /** Relative to the sum of magnitudes, what this many roundings in a row may change. */
  of(roundings: number): number;
  /** Relative change by this many units in the last place. */
  ulps(count: number): number;
}

/** [unit roundoff, smallest normal number, largest finite number] */
const formats: Readonly<Partial<Record<ValueDType, readonly [number, number, number]>>> = {
  float16: [2 ** -11, 2 ** -14, 65504],
  bfloat16: [2 ** -8, 2 ** -126, (2 - 2 ** -7) * 2 ** 127],
  float32: [2 ** -24, 2 ** -126, (2 - 2 ** -23) * 2 ** 127],
  ...SMALL_FLOAT_FORMATS,
  // The reference computes in float64 itself, and rounds as often as the runtime.
  float64: [2 ** -52, 2 ** -1022, Number.MAX_VALUE],
};

/** Exact for types that do not round: integers, booleans, strings. */
export function roundingOf(dtype: ValueDType, model: RoundingModel): Rounding {
  const [unit, floor] = formats[dtype] ?? [0, 0];
  const least = (count: number) =>
    model === "worst" ? count : Math.min(count, CONFIDENCE * Math.sqrt(count));
  return {
    model,
    unit,
    floor,
    of: (roundings) => least(roundings) * unit,
    ulps: (count) => 2 * count * unit,
  };
}

/** Beyond it a type has infinity alone. */
export function largestOf(dtype: ValueDType): number {
  return formats[dtype]?.[2] ?? Number.POSITIVE_INFINITY;
}
