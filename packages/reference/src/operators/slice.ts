import type { Call, Kernel, Operators } from "../call.js";
import { stridesOf } from "../shapes.js";
import type { Value } from "../value.js";
import { strided } from "../views.js";

interface Bounds {
  starts: readonly number[];
  ends: readonly number[];
  axes: readonly number[] | undefined;
  steps: readonly number[] | undefined;
}

/** numpy's slices: bounds count from either end and are cut to the axis; a step may be negative. */
function slicing(boundsOf: (call: Call) => Bounds): Kernel {
  return (call): Value[] => {
    const x = call.input(0);
    const { starts, ends, axes = [...starts.keys()], steps = starts.map(() => 1) } = boundsOf(call);
    const dims = [...x.dims];
    const strides = stridesOf(x.dims);
    let offset = 0;
    axes.forEach((given, i) => {
      const axis = call.axis(given, x.dims.length);
      const size = x.dims[axis] as number;
      const step = steps[i] as number;
      if (step === 0) call.refuse("a step is 0", "E_NODE_ATTRIBUTE");
      const cut = (bound: number) => {
        const counted = bound < 0 ? bound + size : bound;
        return step > 0 ? Math.max(0, Math.min(counted, size)) : Math.max(-1, Math.min(counted, size - 1));
      };
      const [start, end] = [cut(starts[i] as number), cut(ends[i] as number)];
      dims[axis] = Math.max(0, Math.ceil((end - start) / step));
      offset += start * (strides[axis] as number);
      strides[axis] = (strides[axis] as number) * step;
    });
    return [strided(x, dims, strides, offset)];
  };
}

const attributes = (call: Call): Bounds => ({
  starts: call.ints("starts") ?? [],
  ends: call.ints("ends") ?? [],
  axes: call.ints("axes"),
  steps: undefined,
});

const inputs = (call: Call): Bounds => ({
  starts: call.numbers(1),
  ends: call.numbers(2),
  axes: call.maybeNumbers(3),
  steps: call.maybeNumbers(4),
});

export const slice: Operators = { Slice: { 1: slicing(attributes), 10: slicing(inputs) } };
