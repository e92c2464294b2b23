/** Shapes, strides and broadcasting, as numpy and ONNX define them. */
import { CongruentError, sizeOf } from "@congruent/core";

/**
 * Distance in elements between neighbors along each axis of a dense array.
 *
 * @example
 * ```ts
 * stridesOf([2, 3, 4]); // => [12, 4, 1]
 * ```
 */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length);
  let stride = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= dims[axis] as number;
  }
  return strides;
}

/**
 * The shape that several shapes broadcast to.
 *
 * @throws CongruentError `E_NODE_SHAPE` when they do not fit each other
 * @example
 * ```ts
 * broadcastDims([2, 1], [3]); // => [2, 3]
 * ```
 */
export function broadcastDims(...shapes: (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((dims) => dims.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((dims) => dims[axis - rank + dims.length] ?? 1);
    const size = sizes.find((each) => each !== 1) ?? 1;
    if (sizes.every((each) => each === 1 || each === size)) return size;
    throw new CongruentError({
      code: "E_NODE_SHAPE",
      what: `the shapes ${shapes.map((dims) => `[${dims.join(", ")}]`).join(" and ")} do not broadcast`,
    });
  });
}

/**
 * Strides with which a dense array of shape `dims` is read as if it had the shape `target`: 0 along axes that repeat.
 *
 * @example
 * ```ts
 * broadcastStrides([3, 1], [2, 3, 4]); // => [0, 1, 0]
 * ```
 */
export function broadcastStrides(dims: readonly number[], target: readonly number[]): number[] {
  const strides = stridesOf(dims);
  const lead = target.length - dims.length;
  return target.map((_, axis) =>
    axis < lead || dims[axis - lead] === 1 ? 0 : (strides[axis - lead] as number),
  );
}

/**
 * Walks a shape row by row, a row being its last axis, with the offsets of several strided arrays.
 *
 * @param visit gets how many elements came before the row, and each array's offset at its start (the same array every time)
 */
export function eachRow(
  dims: readonly number[],
  strides: readonly (readonly number[])[],
  visit: (begin: number, offsets: readonly number[]) => void,
): void {
  const rank = dims.length;
  const length = rank === 0 ? 1 : (dims[rank - 1] as number);
  const outer = dims.slice(0, Math.max(0, rank - 1));
  const count = sizeOf(outer);
  const place = new Array<number>(outer.length).fill(0);
  const offsets = strides.map(() => 0);
  for (let row = 0; row < count; row++) {
    visit(row * length, offsets);
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      place[axis] = (place[axis] as number) + 1;
      const wraps = place[axis] === outer[axis];
      const steps = wraps ? 1 - (outer[axis] as number) : 1;
      for (let k = 0; k < offsets.length; k++) {
        offsets[k] = (offsets[k] as number) + steps * (strides[k]?.[axis] as number);
      }
      if (!wraps) break;
      place[axis] = 0;
    }
  }
}

/** A shape and strides of several arrays over it. */
export interface Walk {
  dims: number[];
  strides: number[][];
}

/**
 * The same elements in the same order with as few axes as possible, so that rows are long: axes of one element are dropped, and two
 * neighbors become one where every array goes on from one to the next by the same step.
 *
 * @example
 * ```ts
 * coalesced([2, 1, 3, 4], [[12, 12, 4, 1], [0, 0, 4, 1]]); // => { dims: [2, 12], strides: [[12, 1], [0, 1]] }
 * coalesced([1, 1], [[0, 0]]); // => { dims: [], strides: [[]] }
 * ```
 */
export function coalesced(dims: readonly number[], strides: readonly (readonly number[])[]): Walk {
  const walk: Walk = { dims: [], strides: strides.map(() => []) };
  dims.forEach((size, axis) => {
    if (size === 1) return;
    const goesOn = strides.every((each, k) => walk.strides[k]?.at(-1) === (each[axis] as number) * size);
    const place = goesOn && walk.dims.length > 0 ? walk.dims.length - 1 : walk.dims.length;
    walk.dims[place] = (walk.dims[place] ?? 1) * size;
    strides.forEach((each, k) => {
      (walk.strides[k] as number[])[place] = each[axis] as number;
    });
  });
  return walk;
}

/** How a shape falls apart at an axis: `outer` blocks of `size` steps of `inner` elements. */
export interface AxisSplit {
  outer: number;
  size: number;
  inner: number;
}

/**
 * @example
 * ```ts
 * splitAtAxis([2, 3, 4, 5], 1); // => { outer: 2, size: 3, inner: 20 }
 * ```
 */
export function splitAtAxis(dims: readonly number[], axis: number): AxisSplit {
  return {
    outer: sizeOf(dims.slice(0, axis)),
    size: dims[axis] ?? 1,
    inner: sizeOf(dims.slice(axis + 1)),
  };
}
