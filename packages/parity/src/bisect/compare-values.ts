/** One tensor held against the right one, element by element. */
import { sizeOf, type Tensor } from "@congruent/core";
import type { Agreement } from "./truth.js";

/** What every element of a tensor allows. */
export interface Allowance {
  /** For one number, or for all alike. */
  bound: number | ((position: number) => number);
  why: string;
}

/**
 * The worst element of `observed`. Equal infinities agree, and NaN agrees with NaN; a NaN or infinity in one tensor alone is infinitely
 * wrong, like another shape or type.
 *
 * @param right the right value of each element
 * @param begin first element, and `end` the one after the last: all unless told
 */
export function judge(
  shape: { dtype: string; dims: readonly number[] },
  right: (position: number) => number,
  observed: Tensor,
  { bound, why }: Allowance,
  begin = 0,
  end = sizeOf(shape.dims),
): Agreement {
  const comparable =
    observed.dtype === shape.dtype &&
    observed.dims.length === shape.dims.length &&
    observed.dims.every((dim, axis) => dim === shape.dims[axis]);
  if (!comparable) {
    const what = `it is ${observed.dtype} [${observed.dims.join(", ")}] instead of ${shape.dtype} [${shape.dims.join(", ")}]`;
    return { ...EQUAL, within: false, ratio: Number.POSITIVE_INFINITY, maxAbs: null, why: what };
  }
  let worst: Agreement = { ...EQUAL, why };
  for (let at = begin; at < end; at++) {
    const expected = right(at);
    const got = Number(observed.data[at]);
    if (got === expected || (Number.isNaN(got) && Number.isNaN(expected))) continue;
    const error = Math.abs(got - expected);
    const allowed = typeof bound === "number" ? bound : bound(at);
    const ratio = ratioOf(error, allowed);
    if (ratio <= worst.ratio && worst.at !== null) continue;
    const maxAbs = Number.isFinite(error) ? error : null;
    worst = { within: ratio <= 1, ratio, maxAbs, bound: allowed, why, at, expected, observed: got };
  }
  return worst;
}

const EQUAL = {
  within: true,
  ratio: 0,
  maxAbs: 0,
  bound: 0,
  at: null,
  expected: null,
  observed: null,
} as const;

function ratioOf(error: number, bound: number): number {
  if (!Number.isFinite(error)) return Number.POSITIVE_INFINITY;
  return bound === 0 ? Number.POSITIVE_INFINITY : error / bound;
}
