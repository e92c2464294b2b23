import type { Call, Kernel, Operators } from "../call.js";
import { splitAtAxis, stridesOf } from "../shapes.js";
import type { Value } from "../value.js";
import { strided } from "../views.js";

/** Sizes from an attribute or an input; else equal parts, of which the last may be smaller. */
function splitting(sizesOf: (call: Call) => number[] | undefined): Kernel {
  return (call): Value[] => {
    const x = call.input(0);
    const axis = call.axis(call.int("axis", 0), x.dims.length);
    const { size } = splitAtAxis(x.dims, axis);
    const parts = call.int("num_outputs", call.outputs);
    const even = Math.ceil(size / parts);
    const sizes =
      sizesOf(call) ?? Array.from({ length: parts }, (_, i) => Math.max(0, Math.min(even, size - i * even)));
    if (sizes.reduce((sum, each) => sum + each, 0) !== size) {
      call.refuse(`parts of ${sizes.join(", ")} do not make up ${size}`, "E_NODE_SHAPE");
    }
    const strides = stridesOf(x.dims);
    let at = 0;
    return sizes.map((count) => {
      const part = strided(x, x.dims.with(axis, count), strides, at * (strides[axis] as number));
      at += count;
      return part;
    });
  };
}

export const split: Operators = {
  Split: { 2: splitting((call) => call.ints("split")), 13: splitting((call) => call.maybeNumbers(1)) },
};
