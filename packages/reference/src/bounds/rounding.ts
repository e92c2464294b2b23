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
 * Standard deviations that the statistical model allows where roundings are bounded one by one: by Hoeffding's inequality one sum in
 * 4 · 10^13 exceeds 8 of them (Higham and Mary, "A New Approach to Probabilistic Rounding Error Analysis", 2019, theorem 2.4).
 */
export const CONFIDENCE = 8;

/**
 * The same for sums, of which more is known: a rounding to nearest changes s by at most u · |s|, and its standard deviation is at most
 * u · |s| / √3. Four times the root of all (u · s)² is therefore at least 6.9 standard deviations: one sum in 10^11.
 */
const SUM_CONFIDENCE = 4;

/**
 * What partial sums may be more than those of terms in a random order: of 4 standard deviations, a third of √n · √n · √Σt². It is what
 * terms take whose first half is positive and whose second is negative, summed in that order.
 */
const ORDER = 1 / 3;

/**
 * Terms that are all alike round alike, step after step until the sum's exponent changes: of all n roundings, of half an ULP of n partial
 * sums, a quarter of n · u · S. S² / nQ is 1 for such terms; for products it counts by its eighth power, as terms that differ at all round at
 * random, and by its square where what is summed may be a few numbers over and over.
 */
const REPEATED = 1 / 4;

/** A sum as its rounding sees it. */
export interface Sum {
  /** How many terms. */
  terms: number;
  /** Of the result; its largest magnitude. */
  sum: number;
  /** Of all terms' squares. */
  squares: number;
  /** Nothing is multiplied: terms may be few different numbers over and over. Default: false. */
  plain?: boolean;
}

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
  /**
   * What rounding may change a sum by in the statistical model, absolutely; for products each with one rounding more, or none with a fused
   * multiply-add. In any order, and in blocks: partial sums of n terms in a random order have squares that add up to n · S² / 3 + n · Q / 6,
   * for the sum S and the sum Q of the terms' squares. Never more than n roundings of n terms as large as Q allows.
   */
  sum(given: Sum): number;
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
    sum: ({ terms, sum, squares, plain = false }) => {
      const walk = (terms * sum * sum) / 3 + (terms * squares) / 6 + squares + sum * sum;
      const any = SUM_CONFIDENCE ** 2 * walk + (ORDER * terms) ** 2 * squares;
      const alike = squares > 0 ? Math.min(1, (sum * sum) / (terms * squares)) : 0;
      const repeated = REPEATED * terms * sum * alike ** (plain ? 2 : 8);
      return unit * Math.min(Math.sqrt(any) + repeated, (terms + 1) * Math.sqrt(terms * squares));
    },
  };
}

/** Beyond it a type has infinity alone. */
export function largestOf(dtype: ValueDType): number {
  return formats[dtype]?.[2] ?? Number.POSITIVE_INFINITY;
}
