import { sizeOf } from "@congruent/core";
import type { Call, Operators } from "../call.js";
import { allocate, type Value } from "../value.js";
import { type Windows, windowsOf } from "../windows.js";

/** What of a window lies inside the input: `count` elements along depth, height and width, `step` apart. */
interface Place {
  /** Number of the window in the whole output. */
  index: number;
  /** Where the channel's plane begins, and the first element from there. */
  plane: number;
  at: number;
  count: [number, number, number];
  step: [number, number, number];
  /** Elements of the window inside the input together with its padding. */
  padded: number;
}

/** Visits every window of every channel; the place is the same object every time. */
function eachWindow(windows: Windows, visit: (place: Place) => void): void {
  const { batch, channels, input, kernel, output, strides, dilations, padsBegin, padsEnd } = windows;
  const [inD, inH, inW] = input;
  const [dD, dH, dW] = dilations;
  const place: Place = {
    index: 0,
    plane: 0,
    at: 0,
    count: [0, 0, 0],
    step: [dD * inH * inW, dH * inW, dW],
    padded: 0,
  };
  const [axisD, axisH, axisW] = ([0, 1, 2] as const).map((axis) =>
    Array.from({ length: output[axis] }, (_, i) => {
      const [size, steps, dilation] = [input[axis], kernel[axis], dilations[axis]];
      const begin = i * strides[axis] - padsBegin[axis];
      const skipped = begin < 0 ? Math.ceil(-begin / dilation) : 0;
      return {
        first: begin + skipped * dilation,
        count: Math.max(0, within(begin, steps, dilation, size) - skipped),
        padded: within(begin, steps, dilation, size + padsEnd[axis]),
      };
    }),
  ) as [AxisPlace[], AxisPlace[], AxisPlace[]];
  for (let plane = 0; plane < batch * channels; plane++) {
    place.plane = plane * inD * inH * inW;
    for (const d of axisD) {
      place.count[0] = d.count;
      for (const h of axisH) {
        place.count[1] = h.count;
        for (const w of axisW) {
          place.count[2] = w.count;
          place.at = (d.first * inH + h.first) * inW + w.first;
          place.padded = d.padded * h.padded * w.padded;
          visit(place);
          place.index++;
        }
      }
    }
  }
}

/** A window along one axis: where its first element inside the input lies, and how many there are. */
interface AxisPlace {
  first: number;
  count: number;
  padded: number;
}

/** The sum of f over a window's elements, in their order. */
function sumOver(x: Float64Array, { plane, at, count, step }: Place, f?: (x: number) => number): number {
  let sum = 0;
  for (let i = 0, d = plane + at; i < count[0]; i++, d += step[0]) {
    for (let j = 0, h = d; j < count[1]; j++, h += step[1]) {
      for (let k = 0, w = h; k < count[2]; k++, w += step[2]) {
        sum += f ? f(x[w] as number) : (x[w] as number);
      }
    }
  }
  return sum;
}

/** Where in its plane the first largest element of a window lies, or the first NaN; -1 for none at all. */
function placeOfMost<T extends ArrayLike<number>>(x: T, { plane, at, count, step }: Place): number {
  let most = Number.NEGATIVE_INFINITY;
  let place = -1;
  for (let i = 0, d = plane + at; i < count[0]; i++, d += step[0]) {
    for (let j = 0, h = d; j < count[1]; j++, h += step[1]) {
      for (let k = 0, w = h; k < count[2]; k++, w += step[2]) {
        const here = x[w] as number;
        if (here > most || place < 0 || (Number.isNaN(here) && !Number.isNaN(most))) {
          most = here;
          place = w - plane;
        }
      }
    }
  }
  return place;
}

/** How many of `count` steps from `begin` stay before `end`. */
function within(begin: number, count: number, step: number, end: number): number {
  return Math.max(0, Math.min(count, Math.ceil((end - begin) / step)));
}

function poolWindows(call: Call, dims: readonly number[]): Windows {
  const kernel = call.ints("kernel_shape") ?? call.refuse("kernel_shape is missing", "E_NODE_ATTRIBUTE");
  return windowsOf(call, dims, { kernel, ceil: call.int("ceil_mode", 0) === 1 });
}

function shapeOf({ batch, channels, outputDims }: Windows): number[] {
  return [batch, channels, ...outputDims];
}

function maxPool(call: Call): Value[] {
  const x = call.input(0);
  const windows = poolWindows(call, x.dims);
  const dims = shapeOf(windows);
  const size = sizeOf(dims);
  const data = allocate(x.dtype, size) as Float64Array;
  const from = x.data as Float64Array;
  const places = call.outputs > 1 ? allocate("int64", size) : undefined;
  const column = call.int("storage_order", 0) === 1;
  eachWindow(windows, (window) => {
    const at = placeOfMost(from, window);
    data[window.index] = at < 0 ? Number.NEGATIVE_INFINITY : (from[window.plane + at] as number);
    if (places) places[window.index] = BigInt(window.plane + (column ? columnMajor(windows, at) : at));
  });
  const values: Value = { dtype: x.dtype, dims, data };
  return places ? [values, { dtype: "int64", dims, data: places }] : [values];
}

/** A place in a plane counted with the first spatial axis fastest. */
function columnMajor({ input: [d, h, w] }: Windows, at: number): number {
  const [i, j, k] = [Math.floor(at / (h * w)), Math.floor(at / w) % h, at % w];
  return (k * h + j) * d + i;
}

function averagePool(call: Call): Value[] {
  const x = call.floats(0);
  const windows = poolWindows(call, x.dims);
  const dims = shapeOf(windows);
  const data = allocate(x.dtype, sizeOf(dims)) as Float64Array;
  const withPadding = call.int("count_include_pad", 0) === 1;
  eachWindow(windows, (window) => {
    const [d, h, w] = window.count;
    data[window.index] = sumOver(x.data, window) / (withPadding ? window.padded : d * h * w);
  });
  return [{ dtype: x.dtype, dims, data }];
}

function lpPool(call: Call): Value[] {
  const x = call.floats(0);
  const p = call.int("p", 2);
  const windows = poolWindows(call, x.dims);
  const dims = shapeOf(windows);
  const data = allocate(x.dtype, sizeOf(dims)) as Float64Array;
  eachWindow(windows, (window) => {
    data[window.index] = sumOver(x.data, window, (each) => Math.abs(each) ** p) ** (1 / p);
  });
  return [{ dtype: x.dtype, dims, data }];
}

/** Reduces all spatial axes to 1. */
function overPlanes(reduce: (call: Call) => (plane: Float64Array) => number) {
  return (call: Call): Value[] => {
    const x = call.floats(0);
    const [batch = 1, channels = 1, ...spatial] = x.dims;
    const size = sizeOf(spatial);
    const data = allocate(x.dtype, batch * channels) as Float64Array;
    const of = reduce(call);
    for (let plane = 0; plane < data.length; plane++) {
      data[plane] = of(x.data.subarray(plane * size, (plane + 1) * size));
    }
    return [{ dtype: x.dtype, dims: [batch, channels, ...spatial.map(() => 1)], data }];
  };
}

const mean = (plane: Float64Array) => plane.reduce((sum, each) => sum + each, 0) / plane.length;
const most = (plane: Float64Array) =>
  plane.reduce((so, each) => Math.max(so, each), Number.NEGATIVE_INFINITY);

export const pooling: Operators = {
  MaxPool: { 1: maxPool },
  AveragePool: { 7: averagePool },
  LpPool: { 2: lpPool },
  GlobalAveragePool: { 1: overPlanes(() => mean) },
  GlobalMaxPool: { 1: overPlanes(() => most) },
  GlobalLpPool: {
    2: overPlanes((call) => {
      const p = call.int("p", 2);
      return (plane) => plane.reduce((sum, each) => sum + Math.abs(each) ** p, 0) ** (1 / p);
    }),
  },
};
