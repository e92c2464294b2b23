/** What Winograd's algorithm makes of a convolution's rounding. */

import type { RuleCall } from "../rule.js";
import { filterSize } from "./linear.js";

/** Results of a tile of F(4 x 4, 3 x 3), the largest that runtimes use. */
const TILE = 4;

/**
 * Some runtimes compute convolutions of 3 x 3 with stride 1 by Winograd's algorithm, which adds and subtracts whole tiles of up to 4 x 4
 * results: an element is rounded relative to the largest of its tile, and by the transforms as well, which count the less the more channels
 * are summed between them. Measured with F(2 x 2) and F(4 x 4) in float32 (algorithms.test.ts): 12 times as much with one
 * channel, 6 with three, 2 with sixteen.
 *
 * @param squares the sums of squared terms, one for each result
 * @returns those that such a tile makes of them; the same where the algorithm does not apply
 */
export function tiled(rule: RuleCall, squares: Float64Array): Float64Array {
  const { call, outputs } = rule;
  const ones = (name: string) => (call.ints(name) ?? []).every((each) => each === 1);
  const kernel = call.input(1).dims.slice(2);
  const applies =
    kernel.length === 2 &&
    kernel.every((size) => size === 3) &&
    ones("strides") &&
    ones("dilations") &&
    call.int("group", 1) === 1;
  if (!applies) return squares;
  const [height = 1, width = 1] = outputs[0]?.dims.slice(2) ?? [];
  const factor = Math.max(1.5, 15 * (filterSize(rule) / 9) ** -0.65) ** 2;
  const along = slidingMaximum(squares, { length: width, step: 1 });
  return slidingMaximum(along, { length: height, step: width }).map((each) => each * factor);
}

/** The largest of all elements less than a tile away, along lines of `length` elements that lie `step` apart. */
function slidingMaximum(
  from: Float64Array,
  { length, step }: { length: number; step: number },
): Float64Array {
  return from.map((_, i) => {
    const place = Math.floor(i / step) % length;
    let most = 0;
    for (let at = Math.max(0, place - TILE + 1); at <= Math.min(length - 1, place + TILE - 1); at++)
      most = Math.max(most, from[i + (at - place) * step] as number);
    return most;
  });
}
