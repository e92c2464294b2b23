/** Sequences and optionals as values: a sequence's elements lie one after the other in one array, so that errors can lie beside them. */
import { sizeOf } from "@congruent/core";
import { allocate, type Value, type ValueDType } from "./value.js";

/**
 * @param dtype of the elements, where there are none
 * @example
 * ```ts
 * const one = value("float32", Float64Array.of(1, 2), [2]);
 * sequenceOf([one, one], "float32").parts; // => [[2], [2]]
 * ```
 */
export function sequenceOf(items: readonly Value[], dtype: ValueDType): Value {
  const type = items[0]?.dtype ?? dtype;
  const length = items.reduce((sum, { data }) => sum + data.length, 0);
  const data = allocate(type, length);
  let at = 0;
  for (const item of items) {
    for (let i = 0; i < item.data.length; i++) (data as unknown[])[at++] = item.data[i];
  }
  return { dtype: type, dims: [length], data, parts: items.map(({ dims }) => dims) };
}

/** The elements of a sequence; of an optional sequence that is there as well. */
export function itemsOf({ dtype, data, parts = [] }: Value): Value[] {
  let at = 0;
  return parts.map((dims) => {
    const begin = at;
    at += sizeOf(dims);
    return { dtype, dims, data: data.slice(begin, at) as Value["data"] };
  });
}

/** An optional without a value. */
export function absent(dtype: ValueDType): Value {
  return { dtype, dims: [0], data: allocate(dtype, 0), absent: true };
}
