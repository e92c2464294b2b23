import type { Call, Operators } from "../call.js";
import { splitAtAxis } from "../shapes.js";
import { allocate, type Value } from "../value.js";

function joined(call: Call): Value[] {
  const all = call.all();
  const first = call.input(0);
  const axis = call.axis(call.int("axis", 1), first.dims.length);
  for (const each of all) {
    const fits =
      each.dtype === first.dtype &&
      each.dims.length === first.dims.length &&
      each.dims.every((dim, at) => at === axis || dim === first.dims[at]);
    if (!fits)
      call.refuse(`[${first.dims.join(", ")}] and [${each.dims.join(", ")}] do not join`, "E_NODE_SHAPE");
  }
  return [concatenated(all, axis)];
}

/** Values of equal type and, but for `axis`, equal shape, one after the other. */
export function concatenated(all: readonly Value[], axis: number): Value {
  const first = all[0] as Value;
  const size = all.reduce((sum, { dims }) => sum + (dims[axis] as number), 0);
  const dims = first.dims.with(axis, size);
  const { outer } = splitAtAxis(first.dims, axis);
  const data = allocate(
    first.dtype,
    all.reduce((sum, each) => sum + each.data.length, 0),
  );
  const to = data as unknown[];
  let at = 0;
  const parts = all.map(({ data: from, dims: shape }) => {
    const { size: count, inner } = splitAtAxis(shape, axis);
    return { from, length: count * inner };
  });
  for (let o = 0; o < outer; o++) {
    for (const { from, length } of parts) {
      if (Array.isArray(from)) for (let i = 0; i < length; i++) to[at + i] = from[o * length + i];
      else (data as Float64Array).set((from as Float64Array).subarray(o * length, (o + 1) * length), at);
      at += length;
    }
  }
  return { dtype: first.dtype, dims, data };
}

export const concat: Operators = { Concat: { 4: joined } };
