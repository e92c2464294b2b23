import { sizeOf } from "@congruent/core";
import type { Call, Kernel, Operators } from "../call.js";
import { stridesOf } from "../shapes.js";
import type { Value } from "../value.js";
import { pick } from "../views.js";

interface Padding {
  /** Begin of every axis, then end of every axis; negative takes elements away. */
  pads: readonly number[];
  /** One element. Default: 0. */
  fill: unknown;
}

/** Where in an axis of `size` a position outside of it takes its element from; −1 for the constant. */
const modes: Readonly<Record<string, (at: number, size: number) => number>> = {
  constant: (at, size) => (at >= 0 && at < size ? at : -1),
  edge: (at, size) => Math.max(0, Math.min(at, size - 1)),
  reflect: (at, size) => {
    if (size === 1) return 0;
    const period = 2 * (size - 1);
    const folded = ((at % period) + period) % period;
    return folded < size ? folded : period - folded;
  },
  wrap: (at, size) => ((at % size) + size) % size,
};

function padding(paddingOf: (call: Call, rank: number) => Padding): Kernel {
  return (call): Value[] => {
    const x = call.input(0);
    const rank = x.dims.length;
    const { pads, fill } = paddingOf(call, rank);
    const mode = call.string("mode", "constant");
    const source = modes[mode] ?? call.refuse(`it knows no mode ${mode}`, "E_NODE_ATTRIBUTE");
    const strides = stridesOf(x.dims);
    const dims = x.dims.map((dim, axis) => dim + (pads[axis] ?? 0) + (pads[axis + rank] ?? 0));
    if (pads.length !== 2 * rank || dims.some((dim) => dim < 0)) {
      call.refuse(`pads [${pads.join(", ")}] do not suit [${x.dims.join(", ")}]`, "E_NODE_SHAPE");
    }
    // Places along each axis, in elements of the input; then their sums.
    const perAxis = dims.map((dim, axis) =>
      Array.from({ length: dim }, (_, i) => {
        const at = source(i - (pads[axis] as number), x.dims[axis] as number);
        return at < 0 ? -1 : at * (strides[axis] as number);
      }),
    );
    const places = perAxis.reduce<Float64Array>(combined, Float64Array.of(0));
    const padded = pick(x, places, dims);
    if (fill !== undefined && sizeOf(dims) > 0) {
      const to = padded.data as unknown[];
      for (let i = 0; i < places.length; i++) if ((places[i] as number) < 0) to[i] = fill;
    }
    return [padded];
  };
}

function combined(so: Float64Array, axis: readonly number[]): Float64Array {
  const sums = new Float64Array(so.length * axis.length);
  let at = 0;
  for (const base of so) for (const place of axis) sums[at++] = base < 0 || place < 0 ? -1 : base + place;
  return sums;
}

const attributes = (call: Call): Padding => ({
  pads: call.ints("pads") ?? call.refuse("pads is missing", "E_NODE_ATTRIBUTE"),
  fill: call.float("value", 0),
});

function inputs(call: Call, rank: number): Padding {
  const given = call.numbers(1);
  const axes = call.maybeNumbers(3);
  const fill = call.optional(2)?.data[0];
  if (!axes) return { pads: given, fill };
  const pads = new Array<number>(2 * rank).fill(0);
  axes.forEach((each, i) => {
    const axis = call.axis(each, rank);
    pads[axis] = given[i] as number;
    pads[axis + rank] = given[i + axes.length] as number;
  });
  return { pads, fill };
}

export const pad: Operators = { Pad: { 2: padding(attributes), 11: padding(inputs) } };
