/** Compares a runtime's tensor with the reference's and its bound. */
import { numbersOf, type Tensor } from "@congruent/core";
import { roundToBfloat16, roundToFloat16 } from "../half.js";
import { isFloat, type Value } from "../value.js";
import { type Errors, numberAt } from "./errors.js";
import { largestOf } from "./rounding.js";

/** One element at which two tensors are apart. */
export interface WorstElement {
  /** Position in row-major order. */
  at: number;
  observed: number;
  expected: number;
  bound: number;
}

export interface BoundComparison {
  /** Whether every element is where it may be. */
  within: boolean;
  /** Why not, as half a sentence; null where it is. */
  reason: string | null;
  /** Largest absolute difference of finite elements; null where the shapes or types differ. */
  maxAbs: number | null;
  /** The same in units in the last place of float32; null for other types. */
  maxUlp: number | null;
  /** Largest observed / bound: at most 1 where all is well, infinite where a value that must be exact is not. */
  ratio: number;
  /** The element with that ratio; null where all elements are equal. */
  worst: WorstElement | null;
  /** Elements outside their bound. */
  violations: number;
  /** Elements that are NaN or infinite in one of the two and something else in the other, where the bound does not allow it. */
  nonFinite: number;
  /** Zeros of the other sign. Equal in IEEE 754, and so no violation. */
  signedZeros: number;
  /** Elements of which the bound says nothing. */
  unbounded: number;
}

/**
 * Compares element by element. NaN must stand where the reference has NaN, and infinity where it has the same infinity; an overflow is
 * allowed where the reference is within its bound of the type's largest number. Where the bound is infinite anything is.
 *
 * @param bound one for each element, one for all, or null for exact
 * @example
 * ```ts
 * const reference = value("float32", Float64Array.of(1, 2, Number.NaN), [3]);
 * const seen = tensor("float32", Float32Array.of(1.5, 2, Number.NaN), [3]);
 * compareWithBound(seen, reference, 1).ratio; // => 0.5
 * compareWithBound(seen, reference, null).within; // => false
 * compareWithBound(seen, reference, null).worst; // => { at: 0, observed: 1.5, expected: 1, bound: 0 }
 * ```
 */
export function compareWithBound(
  observed: Tensor | Value,
  reference: Value,
  bound: Errors | number,
): BoundComparison {
  const result: BoundComparison = {
    within: true,
    reason: null,
    maxAbs: 0,
    maxUlp: observed.dtype === "float32" ? 0 : null,
    ratio: 0,
    worst: null,
    violations: 0,
    nonFinite: 0,
    signedZeros: 0,
    unbounded: 0,
  };
  const mismatch = mismatchOf(observed, reference);
  if (mismatch) {
    return {
      ...result,
      within: false,
      reason: mismatch,
      maxAbs: null,
      maxUlp: null,
      ratio: Number.POSITIVE_INFINITY,
    };
  }
  if (reference.dtype === "string") return compareStrings(observed, reference, result);
  const largest = largestOf(reference.dtype);
  const seenData = isBits(observed) ? numbersOf(observed) : observed.data;
  for (let i = 0; i < reference.data.length; i++) {
    const [seen, expected] = [Number(seenData[i]), numberAt(reference.data, i)];
    const allowed = typeof bound === "number" ? bound : (bound?.[i] ?? 0);
    if (seen === expected || (Number.isNaN(seen) && Number.isNaN(expected))) {
      if (seen === 0 && !Object.is(seen, expected)) result.signedZeros++;
      continue;
    }
    const overflown = Number.isFinite(expected) && seen === Math.sign(expected) * Number.POSITIVE_INFINITY;
    // The reference may be finite where the type is not any more.
    if (overflown && Math.abs(expected) + allowed >= largest) continue;
    const beyond = Number.isFinite(expected) && Math.abs(expected) > largest && Math.abs(seen) < largest / 2;
    if (!(allowed < Number.POSITIVE_INFINITY) && !beyond) {
      result.unbounded++;
      continue;
    }
    const distance = Math.abs(seen - expected);
    if (!Number.isFinite(distance) || beyond) {
      result.nonFinite++;
      note(result, Number.POSITIVE_INFINITY, { at: i, observed: seen, expected, bound: allowed });
      continue;
    }
    result.maxAbs = Math.max(result.maxAbs ?? 0, distance);
    if (result.maxUlp !== null) {
      const ulps = Math.abs(ordinal(seen) - ordinal(Math.fround(expected)));
      result.maxUlp = Math.max(result.maxUlp, ulps);
    }
    note(result, distance === 0 ? 0 : distance / allowed, {
      at: i,
      observed: seen,
      expected,
      bound: allowed,
    });
  }
  result.within = result.violations === 0;
  if (!result.within) result.reason = reasonOf(result);
  return result;
}

/** Half precision comes as bits from runtimes, and as numbers from the reference. */
function isBits(observed: Tensor | Value): observed is Tensor {
  return observed.dtype === "float16" && observed.data instanceof Uint16Array;
}

function note(result: BoundComparison, ratio: number, element: WorstElement): void {
  if (ratio > 1) result.violations++;
  if (ratio <= result.ratio && result.worst) return;
  result.ratio = ratio;
  result.worst = element;
}

function mismatchOf(observed: Tensor | Value, reference: Value): string | null {
  if (observed.dtype !== reference.dtype) return `is ${observed.dtype}, not ${reference.dtype}`;
  const same =
    observed.dims.length === reference.dims.length &&
    observed.dims.every((dim, axis) => dim === reference.dims[axis]);
  return same ? null : `has the shape [${observed.dims.join(", ")}], not [${reference.dims.join(", ")}]`;
}

function compareStrings(
  observed: Tensor | Value,
  reference: Value,
  result: BoundComparison,
): BoundComparison {
  const seen = observed.data as unknown as string[];
  const violations = (reference.data as string[]).filter((text, i) => text !== seen[i]).length;
  if (violations === 0) return result;
  return {
    ...result,
    within: false,
    violations,
    reason: `has ${violations} other strings`,
    ratio: Number.POSITIVE_INFINITY,
  };
}

function reasonOf({ violations, nonFinite, ratio, worst }: BoundComparison): string {
  const elements = `${violations} ${violations === 1 ? "element is" : "elements are"} outside the bound`;
  if (nonFinite > 0)
    return `${elements}, ${nonFinite} by NaN or infinity: ${worst?.observed} instead of ${worst?.expected}`;
  const times = Number.isFinite(ratio)
    ? `${Number(ratio.toPrecision(3))} times the bound`
    : "where it must be exact";
  return `${elements}: ${worst?.observed} instead of ${worst?.expected}, ${times}`;
}

const word = new DataView(new ArrayBuffer(4));

/** A float32's place in the row of all float32 numbers. */
function ordinal(value: number): number {
  word.setFloat32(0, value);
  const bits = word.getInt32(0);
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

const rounders: Readonly<Record<string, (x: number) => number>> = {
  float16: roundToFloat16,
  bfloat16: roundToBfloat16,
  float32: Math.fround,
};

/**
 * The value with every element rounded to its type: what a runtime can be fed with.
 *
 * @example
 * ```ts
 * rounded(value("float32", Float64Array.of(0.1), [1])).data[0]; // => Math.fround(0.1)
 * ```
 */
export function rounded(source: Value): Value {
  const round = rounders[source.dtype];
  return round && isFloat(source.dtype)
    ? { ...source, data: (source.data as Float64Array).map(round) }
    : source;
}
