/** What the reference learned of a model on the samples that it judged, for those that it did not. */
import { sizeOf } from "@congruent/core";
import type { Tolerance } from "@congruent/runtime";
import type { ReferenceBound } from "./runner.js";

/** Two runtimes may each be off by the bound; other samples may be conditioned worse than those that were looked at. */
const BOTH = 2;
const MARGIN = 4;

/** Of one output. */
export interface Learned {
  /** The largest finite bound of any element. */
  largest: number;
  /** The largest finite magnitude. */
  scale: number;
  elements: number;
  /** Elements of which the analysis says nothing. */
  unbounded: number;
}

export function learnedOf({ exact, errors }: ReferenceBound): Learned {
  const learned: Learned = { largest: 0, scale: 0, elements: sizeOf(errors.dims), unbounded: 0 };
  for (let i = 0; i < errors.data.length; i++) {
    const error = errors.data[i] as number;
    const size = Math.abs(exact.data[i] as number);
    if (error < Number.POSITIVE_INFINITY) learned.largest = Math.max(learned.largest, error);
    else learned.unbounded++;
    if (size < Number.POSITIVE_INFINITY) learned.scale = Math.max(learned.scale, size);
  }
  return learned;
}

/**
 * How far two correct runtimes may be apart on samples that the reference did not run: twice the largest bound of those that it did, with
 * a margin, and more where the values are larger. It is a first look: what is beyond it is given to the reference to decide.
 *
 * @param scale largest finite magnitude on the other samples
 * @param samples how many the reference ran
 * @example
 * ```ts
 * const learned = { largest: 1e-6, scale: 2, elements: 10, unbounded: 0 };
 * learnedTolerance(learned, 2, 5).bound; // => 8e-6
 * learnedTolerance(learned, 4, 5).bound; // => 16e-6
 * learnedTolerance({ ...learned, unbounded: 10 }, 2, 5).bound; // => null
 * ```
 */
export function learnedTolerance(learned: Learned, scale: number, samples: number): Tolerance {
  const { largest, elements, unbounded } = learned;
  if (unbounded === elements) {
    return { bound: null, why: "the reference's error analysis says nothing of this output" };
  }
  const grown = learned.scale > 0 ? Math.max(1, scale / learned.scale) : 1;
  const larger = grown > 1 ? ` x ${Number(grown.toPrecision(3))} (larger values)` : "";
  return {
    bound: BOTH * MARGIN * largest * grown,
    why: `${BOTH} (both may be off) x ${MARGIN} (margin for other samples) x ${largest.toExponential(1)}, the largest bound that the reference found on ${samples} sample${samples === 1 ? "" : "s"} of this model${larger}`,
  };
}
