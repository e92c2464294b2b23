import { sizeOf } from "@congruent/core";
import type { Call, Operators } from "../call.js";
import { allocate, type Value } from "../value.js";
import { convWindows } from "./conv.js";

/** The plane's value at a fractional place, by the four pixels around it; zero outside. */
function bilinear(plane: Float64Array, [h, w]: readonly [number, number], y: number, x: number): number {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  let sum = 0;
  for (const [row, weight] of [
    [top, top + 1 - y],
    [top + 1, y - top],
  ] as const) {
    if (row < 0 || row >= h) continue;
    for (const [column, share] of [
      [left, left + 1 - x],
      [left + 1, x - left],
    ] as const) {
      if (column >= 0 && column < w) sum += weight * share * (plane[row * w + column] as number);
    }
  }
  return sum;
}

/** A convolution in two dimensions whose every tap is moved by an offset and weighted by a mask. */
function deformable(call: Call): Value[] {
  const [x, w, offsets] = [call.floats(0), call.floats(1), call.floats(2)];
  const bias = call.optional(3)?.data as Float64Array | undefined;
  const mask = call.optional(4)?.data as Float64Array | undefined;
  if (x.dims.length !== 4) call.refuse(`its input has ${x.dims.length} axes, not 4`, "E_NODE_SHAPE");
  const { batch, channels, input, kernel, strides, dilations, padsBegin, output, outputDims } = convWindows(
    call,
    x.dims,
    w.dims,
  );
  const [, inH, inW] = input;
  const [, kH, kW] = kernel;
  const [, outH, outW] = output;
  const [filters = 1, perGroup = 1] = w.dims;
  const filtersPerGroup = filters / call.int("group", 1);
  const offsetGroups = call.int("offset_group", 1);
  const taps = kH * kW;
  const points = outH * outW;
  const dims = [batch, filters, ...outputDims];
  for (const index of [2, 4]) {
    const given = call.optional(index)?.dims.slice(2);
    if (given && given.join() !== outputDims.join())
      call.refuse(
        `its input ${index} is for windows [${given.join(", ")}], not [${outputDims.join(", ")}]`,
        "E_NODE_SHAPE",
      );
  }
  const data = allocate("float64", sizeOf(dims));
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < channels; c++) {
      const plane = x.data.subarray((n * channels + c) * inH * inW, (n * channels + c + 1) * inH * inW);
      const group = n * offsetGroups + Math.floor(c / (channels / offsetGroups));
      const first = Math.floor(c / perGroup) * filtersPerGroup;
      for (let tap = 0; tap < taps; tap++) {
        const [row, column] = [Math.floor(tap / kW), tap % kW];
        for (let point = 0; point < points; point++) {
          const [i, j] = [Math.floor(point / outW), point % outW];
          const shift = (group * taps + tap) * 2 * points + point;
          const y = i * strides[1] - padsBegin[1] + row * dilations[1] + (offsets.data[shift] as number);
          const z =
            j * strides[2] - padsBegin[2] + column * dilations[2] + (offsets.data[shift + points] as number);
          const weight = mask?.[(group * taps + tap) * points + point] ?? 1;
          const pixel = bilinear(plane, [inH, inW], y, z) * weight;
          for (let m = first; m < first + filtersPerGroup; m++) {
            const to = (n * filters + m) * points + point;
            const factor = w.data[(m * perGroup + (c % perGroup)) * taps + tap] as number;
            data[to] = (data[to] as number) + pixel * factor;
          }
        }
      }
    }
  }
  if (bias) {
    for (let i = 0; i < data.length; i++) {
      data[i] = (data[i] as number) + (bias[Math.floor(i / points) % filters] as number);
    }
  }
  return [{ dtype: x.dtype, dims, data }];
}

export const deformConv: Operators = { DeformConv: { 19: deformable } };
