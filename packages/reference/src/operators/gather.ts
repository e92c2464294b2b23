import { sizeOf } from "@congruent/core";
import type { Call, Operators } from "../call.js";
import { splitAtAxis, stridesOf } from "../shapes.js";
import type { Value } from "../value.js";
import { pick } from "../views.js";

/** An index counted from either end of an axis. */
function counted(call: Call, index: number, size: number): number {
  if (index >= -size && index < size) return index < 0 ? index + size : index;
  return call.refuse(`index ${index} is outside an axis of ${size}`, "E_NODE_VALUE");
}

/** Whole slices of one axis; the indices' shape takes the axis' place. */
function slices(call: Call): Value[] {
  const [x, indices] = [call.input(0), call.input(1)];
  const axis = call.axis(call.int("axis", 0), x.dims.length);
  const { outer, size, inner } = splitAtAxis(x.dims, axis);
  const at = call.numbers(1).map((index) => counted(call, index, size));
  const places = new Float64Array(outer * at.length * inner);
  let to = 0;
  for (let o = 0; o < outer; o++) {
    for (const index of at) {
      const begin = (o * size + index) * inner;
      for (let i = 0; i < inner; i++) places[to++] = begin + i;
    }
  }
  return [pick(x, places, x.dims.toSpliced(axis, 1, ...indices.dims))];
}

/** For each index the element at the same place, but with the index on the axis. */
function elements(call: Call): Value[] {
  const [x, indices] = [call.input(0), call.input(1)];
  const axis = call.axis(call.int("axis", 0), x.dims.length);
  return [pick(x, elementPlaces(call, { dims: x.dims, indices, axis }), indices.dims)];
}

/** Where in an array of shape `dims` the indices of GatherElements and ScatterElements point. */
export function elementPlaces(
  call: Call,
  { dims, indices, axis }: { dims: readonly number[]; indices: Value; axis: number },
): Float64Array {
  if (indices.dims.length !== dims.length) {
    call.refuse(
      `indices [${indices.dims.join(", ")}] do not have the rank of [${dims.join(", ")}]`,
      "E_NODE_SHAPE",
    );
  }
  const strides = stridesOf(dims);
  const size = dims[axis] as number;
  const place = indices.dims.map(() => 0);
  const places = new Float64Array(indices.data.length);
  for (let k = 0; k < places.length; k++) {
    const index = counted(call, Number(indices.data[k]), size);
    places[k] = place.reduce(
      (sum, at, each) => sum + (each === axis ? index : at) * (strides[each] as number),
      0,
    );
    for (let each = place.length - 1; each >= 0; each--) {
      place[each] = ((place[each] as number) + 1) % (indices.dims[each] as number);
      if (place[each] !== 0) break;
    }
  }
  return places;
}

/** The last axis of the indices addresses leading axes of the input, after `batch_dims` shared ones. */
function byTuples(call: Call): Value[] {
  const [x, indices] = [call.input(0), call.input(1)];
  const shared = call.int("batch_dims", 0);
  const length = indices.dims.at(-1) ?? 1;
  const rest = x.dims.slice(shared + length);
  const inner = sizeOf(rest);
  const starts = tupleStarts(call, { dims: x.dims, indices, shared });
  const places = new Float64Array(starts.length * inner);
  starts.forEach((start, k) => {
    for (let i = 0; i < inner; i++) places[k * inner + i] = start + i;
  });
  return [pick(x, places, [...indices.dims.slice(0, -1), ...rest])];
}

/** Where the slices that tuples of indices address begin. */
export function tupleStarts(
  call: Call,
  { dims, indices, shared = 0 }: { dims: readonly number[]; indices: Value; shared?: number },
): number[] {
  const length = indices.dims.at(-1) ?? 1;
  if (shared + length > dims.length) {
    call.refuse(`indices of ${length} axes do not address [${dims.join(", ")}]`, "E_NODE_SHAPE");
  }
  const strides = stridesOf(dims);
  const count = indices.data.length / length;
  const perBatch = count / sizeOf(dims.slice(0, shared));
  const batchStride = sizeOf(dims.slice(shared));
  return Array.from({ length: count }, (_, k) => {
    let start = Math.floor(k / perBatch) * batchStride;
    for (let i = 0; i < length; i++) {
      const index = counted(call, Number(indices.data[k * length + i]), dims[shared + i] as number);
      start += index * (strides[shared + i] as number);
    }
    return start;
  });
}

export const gather: Operators = {
  Gather: { 1: slices },
  GatherElements: { 11: elements },
  GatherND: { 11: byTuples },
};
