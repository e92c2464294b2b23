import type { Call, Operators } from "../call.js";
import { stridesOf } from "../shapes.js";
import type { Value } from "../value.js";
import { pick } from "../views.js";

/** Each axis cut to, or padded with zeros to, a size, the same on both sides; the odd element is at the end. */
function centered(call: Call): Value[] {
  const x = call.input(0);
  const sizes = call.numbers(1);
  const axes = (call.ints("axes") ?? [...x.dims.keys()]).map((axis) => call.axis(axis, x.dims.length));
  const dims = [...x.dims];
  axes.forEach((axis, i) => {
    dims[axis] = sizes[i] as number;
  });
  const strides = stridesOf(x.dims);
  const places = dims.reduce<number[]>(
    (so, dim, axis) => {
      const size = x.dims[axis] as number;
      const shift = size >= dim ? Math.floor((size - dim) / 2) : -Math.floor((dim - size) / 2);
      return so.flatMap((base) =>
        Array.from({ length: dim }, (_, i) => {
          const at = i + shift;
          return base < 0 || at < 0 || at >= size ? -1 : base + at * (strides[axis] as number);
        }),
      );
    },
    [0],
  );
  return [pick(x, places, dims)];
}

export const centerCropPad: Operators = { CenterCropPad: { 18: centered } };
