import { sizeOf } from "@congruent/core";
import type { Call, Operators } from "../call.js";
import { allocate, type Value } from "../value.js";
import { type Windows, windowsOf } from "../windows.js";

/** A window of a channel's plane: where it begins (may be negative) and what of it lies inside. */
type Reduce = (plane: number, visit: (each: (at: number) => void) => void, window: WindowPlace) => void;

interface WindowPlace {
  /** Number of the window in the whole output. */
  index: number;
  /** Elements of the window inside the input together with its padding. */
  padded: number;
}

/** Visits every window of every channel. */
function eachWindow(windows: Windows, reduce: Reduce): void {
  const { batch, channels, input, kernel, output, strides, dilations, padsBegin, padsEnd } = windows;
  const [inD, inH, inW] = input;
  const [sD, sH, sW] = strides;
  const [dD, dH, dW] = dilations;
  const planeSize = inD * inH * inW;
  let index = 0;
  for (let plane = 0; plane < batch * channels; plane++) {
    for (let i = 0; i < output[0]; i++) {
      for (let j = 0; j < output[1]; j++) {
        for (let k = 0; k < output[2]; k++) {
          const [beginD, beginH, beginW] = [
            i * sD - padsBegin[0],
            j * sH - padsBegin[1],
            k * sW - padsBegin[2],
          ];
          const visit = (each: (at: number) => void) => {
            for (let a = 0; a < kernel[0]; a++) {
              const d = beginD + a * dD;
              if (d < 0 || d >= inD) continue;
              for (let b = 0; b < kernel[1]; b++) {
                const h = beginH + b * dH;
                if (h < 0 || h >= inH) continue;
                for (let c = 0; c < kernel[2]; c++) {
                  const w = beginW + c * dW;
                  if (w >= 0 && w < inW) each((d * inH + h) * inW + w);
                }
              }
            }
          };
          const padded =
            within(beginD, kernel[0], dD, inD + padsEnd[0]) *
            within(beginH, kernel[1], dH, inH + padsEnd[1]) *
            within(beginW, kernel[2], dW, inW + padsEnd[2]);
          reduce(plane * planeSize, visit, { index, padded });
          index++;
        }
      }
    }
  }
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
  const places = allocate("int64", size);
  const from = x.data as Float64Array;
  const column = call.int("storage_order", 0) === 1;
  eachWindow(windows, (plane, visit, { index }) => {
    let most = Number.NEGATIVE_INFINITY;
    let place = -1;
    visit((at) => {
      const here = from[plane + at] as number;
      if (here > most || place < 0 || (Number.isNaN(here) && !Number.isNaN(most))) {
        most = here;
        place = at;
      }
    });
    data[index] = most;
    places[index] = BigInt(plane + (column ? columnMajor(windows, place) : place));
  });
  return [
    { dtype: x.dtype, dims, data },
    { dtype: "int64", dims, data: places },
  ];
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
  eachWindow(windows, (plane, visit, { index, padded }) => {
    let sum = 0;
    let count = 0;
    visit((at) => {
      sum += x.data[plane + at] as number;
      count++;
    });
    data[index] = sum / (withPadding ? padded : count);
  });
  return [{ dtype: x.dtype, dims, data }];
}

function lpPool(call: Call): Value[] {
  const x = call.floats(0);
  const p = call.int("p", 2);
  const windows = poolWindows(call, x.dims);
  const dims = shapeOf(windows);
  const data = allocate(x.dtype, sizeOf(dims)) as Float64Array;
  eachWindow(windows, (plane, visit, { index }) => {
    let sum = 0;
    visit((at) => {
      sum += Math.abs(x.data[plane + at] as number) ** p;
    });
    data[index] = sum ** (1 / p);
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
