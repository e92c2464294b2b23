/** Operands of the wrong shape, made of right ones. */
import { sizeOf } from "../../../packages/core/src/index.ts";
import { splitAtAxis } from "../../../packages/reference/src/shapes.ts";
import { allocate } from "../../../packages/reference/src/value.ts";

/**
 * The value with one axis shorter or longer by one, or with all elements in another shape.
 *
 * @returns {{ how: string, value: import("../../../packages/reference/src/value.ts").Value }[]}
 */
export function changedOperands(value) {
  const { dims, data } = value;
  const shapes = [
    ["flat", [data.length]],
    ["one axis more", [1, ...dims]],
    ["one axis more at the end", [...dims, 1]],
    ["reversed", dims.toReversed()],
    ...(dims[0] === 1 ? [["one axis less", dims.slice(1)]] : []),
  ];
  return [
    ...dims.flatMap((size, axis) => [
      ...(size > 0 ? [{ how: `axis ${axis} shorter`, value: resized(value, axis, size - 1) }] : []),
      { how: `axis ${axis} longer`, value: resized(value, axis, size + 1) },
    ]),
    ...(dims.length === 0 ? [{ how: "two elements", value: resized({ ...value, dims: [1] }, 0, 2) }] : []),
    ...shapes
      .filter(([, shape]) => shape.join() !== dims.join())
      .map(([how, shape]) => ({ how, value: { ...value, dims: shape } })),
  ];
}

/** An axis cut, or filled with its first elements again. */
function resized(value, axis, size) {
  const { outer, size: before, inner } = splitAtAxis(value.dims, axis);
  const dims = value.dims.with(axis, size);
  const data = allocate(value.dtype, sizeOf(dims));
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < size && before > 0; k++) {
      for (let i = 0; i < inner; i++) {
        data[(o * size + k) * inner + i] = value.data[(o * before + (k % before)) * inner + i];
      }
    }
  }
  return { ...value, dims, data };
}
