/** How far two runtimes that both compute correctly may be apart where no reference says so, and why. */
import type { Tolerance } from "@congruent/runtime";
import { type Arithmetic, ROUNDING } from "./arithmetic.js";

/** Several standard deviations of the random walk: one unlucky sample among thousands must not set correct runtimes apart. */
const MARGIN = 4;

/**
 * The bound of one output.
 *
 * Runtimes add the terms of a sum in different orders and round after each. Errors of random sign grow with the square root of
 * the number of terms, and each layer that sums adds its own errors to those of its inputs; so do other nodes, with the square root of
 * their number. The bound is therefore 4 · (layers · √terms + √others) · rounding · scale, where scale is the largest magnitude of the two
 * outputs. It depends on the model alone: no runtime gets a wider one. It is unknown (null) behind an operator at which a tiny difference
 * becomes a large one, and where all values are zero, whose errors have no scale.
 *
 * @param name of the output
 * @param dtype of the output
 * @param scale largest finite magnitude of both outputs
 * @example
 * ```ts
 * const arithmetic = { reductions: 2, terms: 25, others: 0, rounding: 2 ** -24, jumps: new Set(["top"]) };
 * toleranceOf("y", "float32", 1, arithmetic).bound; // => 4 * 2 * 5 * 2 ** -24
 * toleranceOf("y", "float16", 1, arithmetic).bound; // => 4 * 2 * 5 * 2 ** -11
 * toleranceOf("n", "int64", 9, arithmetic); // => { bound: 0, why: "int64 values are exact" }
 * toleranceOf("top", "int64", 9, arithmetic).bound; // => null
 * ```
 */
export function toleranceOf(
  name: string,
  dtype: string,
  scale: number,
  { reductions, terms, others, rounding, jumps }: Arithmetic,
): Tolerance {
  if (jumps.has(name)) {
    return {
      bound: null,
      why: "behind a rounding to integers or a comparison, where a tiny difference may become a large one",
    };
  }
  const own = ROUNDING[dtype];
  if (own === undefined) return { bound: 0, why: `${dtype} values are exact` };
  if (scale === 0) return { bound: null, why: "all values are zero, so there is no scale for an error" };
  const coarsest = Math.max(own, rounding);
  const layers = Math.max(1, reductions);
  const bound = MARGIN * (layers * Math.sqrt(terms) + Math.sqrt(others)) * coarsest * scale;
  const more = others > 0 ? ` + sqrt(${others} other nodes)` : "";
  return {
    bound,
    why: `${MARGIN} x (${layers} summing layers x sqrt(${terms} terms)${more}) x 2^${Math.log2(coarsest)} (one rounding) x ${Number(scale.toPrecision(3))} (largest magnitude)`,
  };
}
