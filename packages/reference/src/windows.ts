/** Windows that slide over the spatial axes of [batch, channels, …]: what convolutions and pooling have in common. */
import { sizeOf } from "@congruent/core";
import type { Call } from "./call.js";

/** Depth, height, width; leading ones are 1 where there are fewer spatial axes. */
export type Triple = readonly [number, number, number];

export interface Windows {
  batch: number;
  channels: number;
  /** Spatial sizes of input, window and output. */
  input: Triple;
  kernel: Triple;
  output: Triple;
  strides: Triple;
  dilations: Triple;
  padsBegin: Triple;
  padsEnd: Triple;
  /** The output's spatial sizes, as many as the input has. */
  outputDims: readonly number[];
}

export interface WindowOptions {
  kernel: readonly number[];
  /** The last window may reach beyond the padding, if it begins before its end. */
  ceil?: boolean;
}

/** The windows that a node's attributes (`pads`, `strides`, `dilations`, `auto_pad`) define over an input's shape. */
export function windowsOf(
  call: Call,
  dims: readonly number[],
  { kernel, ceil = false }: WindowOptions,
): Windows {
  const spatial = dims.slice(2);
  const rank = spatial.length;
  if (rank < 1 || rank > 3) call.refuse(`its input has ${rank} spatial axes, not 1 to 3`, "E_NODE_SHAPE");
  const ones = spatial.map(() => 1);
  const strides = call.ints("strides") ?? ones;
  const dilations = call.ints("dilations") ?? ones;
  for (const [what, list] of Object.entries({ kernel_shape: kernel, strides, dilations })) {
    if (list.length !== rank || list.some((each) => each < 1)) {
      call.refuse(`${what} [${list.join(", ")}] does not suit ${rank} spatial axes`, "E_NODE_ATTRIBUTE");
    }
  }
  const axes = spatial.map((size, axis) =>
    slide(call, {
      size,
      reach: ((kernel[axis] as number) - 1) * (dilations[axis] as number) + 1,
      stride: strides[axis] as number,
      axis,
      rank,
      ceil,
    }),
  );
  const outputDims = axes.map(({ count }) => count);
  return {
    batch: dims[0] as number,
    channels: dims[1] as number,
    input: triple(spatial),
    kernel: triple(kernel),
    output: triple(outputDims),
    strides: triple(strides),
    dilations: triple(dilations),
    padsBegin: triple(
      axes.map(({ begin }) => begin),
      0,
    ),
    padsEnd: triple(
      axes.map(({ end }) => end),
      0,
    ),
    outputDims,
  };
}

export function triple(list: readonly number[], fill = 1): Triple {
  return [...new Array<number>(3 - list.length).fill(fill), ...list] as unknown as Triple;
}

interface AxisWindow {
  size: number;
  reach: number;
  stride: number;
  axis: number;
  rank: number;
  ceil: boolean;
}

/** Padding at both ends of one axis, and how many windows fit. */
function slide(call: Call, { size, reach, stride, axis, rank, ceil }: AxisWindow) {
  const mode = call.string("auto_pad", "NOTSET");
  if (mode.startsWith("SAME")) {
    const count = Math.ceil(size / stride);
    const total = Math.max(0, (count - 1) * stride + reach - size);
    const less = Math.floor(total / 2);
    return mode === "SAME_UPPER"
      ? { count, begin: less, end: total - less }
      : { count, begin: total - less, end: less };
  }
  const pads = (mode === "VALID" ? undefined : call.ints("pads")) ?? new Array<number>(2 * rank).fill(0);
  const [begin = 0, end = 0] = [pads[axis], pads[axis + rank]];
  const room = size + begin + end - reach;
  if (room < 0) {
    call.refuse(
      `a window of ${reach} does not fit into ${size} elements padded by ${begin} and ${end}`,
      "E_NODE_SHAPE",
    );
  }
  let count = (ceil ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
  // A window that would begin in the padding at the end is left out.
  if (ceil && (count - 1) * stride >= size + begin) count--;
  return { count, begin, end };
}

/** The range [from, to) of window numbers whose element at `offset` (in a window, padding taken off) lies inside the input. */
export function insideRange(offset: number, stride: number, size: number, count: number): [number, number] {
  const from = Math.max(0, Math.ceil(-offset / stride));
  const to = Math.min(count, Math.floor((size - 1 - offset) / stride) + 1);
  return [from, Math.max(from, to)];
}

export function volume(sizes: Triple): number {
  return sizeOf(sizes);
}
