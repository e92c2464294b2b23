import type { Call, Operators } from "../call.js";
import { stridesOf } from "../shapes.js";
import type { Value } from "../value.js";
import { strided } from "../views.js";

function permuted(call: Call): Value[] {
  const x = call.input(0);
  const order = call.ints("perm") ?? [...x.dims.keys()].reverse();
  if (
    order.length !== x.dims.length ||
    new Set(order.map((axis) => call.axis(axis, order.length))).size !== order.length
  ) {
    call.refuse(`perm [${order.join(", ")}] is no order of ${x.dims.length} axes`, "E_NODE_ATTRIBUTE");
  }
  return [transposed(x, order)];
}

/** The value with its axes in another order: the new axis i is the old `order[i]`. */
export function transposed(x: Value, order: readonly number[]): Value {
  const strides = stridesOf(x.dims);
  return strided(
    x,
    order.map((axis) => x.dims[axis] as number),
    order.map((axis) => strides[axis] as number),
  );
}

export const transpose: Operators = { Transpose: { 1: permuted } };
