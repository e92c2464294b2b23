import { sizeOf } from "@congruent/core";

/**
 * Goes through a tensor whose axes were put in another order, in rows, until it is told to stop.
 *
 * @param dims of the tensor that it comes from
 * @param order which of its axes is the first, the second…
 * @param visit gets a position in the tensor that it comes from, and its own; true ends it
 * @returns whether it was told to stop
 * @example
 * ```ts
 * const seen: number[] = [];
 * walkPermuted([2, 3], [1, 0], (from) => seen.push(from) === 4);
 * seen; // => [0, 3, 1, 4]
 * ```
 */
export function walkPermuted(
  dims: readonly number[],
  order: readonly number[],
  visit: (from: number, to: number) => boolean,
): boolean {
  const strides = dims.map((_, axis) => sizeOf(dims.slice(axis + 1)));
  const made = order.map((axis) => dims[axis] as number);
  const steps = order.map((axis) => strides[axis] as number);
  const count = sizeOf(dims);
  const place = made.map(() => 0);
  let from = 0;
  for (let to = 0; to < count; to++) {
    if (visit(from, to)) return true;
    for (let axis = made.length - 1; axis >= 0; axis--) {
      from += steps[axis] as number;
      place[axis] = (place[axis] as number) + 1;
      if ((place[axis] as number) < (made[axis] as number)) break;
      from -= (steps[axis] as number) * (made[axis] as number);
      place[axis] = 0;
    }
  }
  return false;
}
