import { sizeOf } from "@congruent/core";
import type { Call, Operators } from "../call.js";
import { allocate, type Value } from "../value.js";
import { insideRange, volume, type Windows, windowsOf } from "../windows.js";

/** Cross-correlation in 1 to 3 spatial dimensions: X [N, C, …], W [M, C/groups, …], optional B [M]. */
function convolution(call: Call): Value[] {
  const [x, w] = [call.floats(0), call.floats(1)];
  const bias = call.optional(2) ? call.floats(2).data : undefined;
  const windows = convWindows(call, x.dims, w.dims);
  const filters = w.dims[0] as number;
  const dims = [windows.batch, filters, ...windows.outputDims];
  const data = convolve(windows, x.data, w.data, { filters, groups: call.int("group", 1), bias });
  return [{ dtype: x.dtype, dims, data }];
}

export function convWindows(call: Call, x: readonly number[], w: readonly number[]): Windows {
  const windows = windowsOf(call, x, { kernel: call.ints("kernel_shape") ?? w.slice(2) });
  const groups = call.int("group", 1);
  const fits =
    w.length === x.length &&
    w[1] === windows.channels / groups &&
    (w[0] as number) % groups === 0 &&
    sizeOf(w.slice(2)) === volume(windows.kernel);
  if (!fits) {
    call.refuse(
      `filters [${w.join(", ")}] in ${groups} group(s) do not fit an input [${x.join(", ")}]`,
      "E_NODE_SHAPE",
    );
  }
  return windows;
}

export interface Filters {
  filters: number;
  groups: number;
  bias?: ArrayLike<number> | undefined;
}

/** One multiply-add of a row for each weight: the innermost loop runs over the output's last axis. */
export function convolve(
  { batch, channels, input, kernel, output, strides, dilations, padsBegin }: Windows,
  x: Float64Array,
  w: Float64Array,
  { filters, groups, bias }: Filters,
): Float64Array {
  const [inD, inH, inW] = input;
  const [kD, kH, kW] = kernel;
  const [outD, outH, outW] = output;
  const [sD, sH, sW] = strides;
  const inSize = inD * inH * inW;
  const outSize = outD * outH * outW;
  const perGroup = channels / groups;
  const filtersPerGroup = filters / groups;
  const y = allocate("float64", batch * filters * outSize);
  for (let n = 0; n < batch; n++) {
    for (let m = 0; m < filters; m++) {
      const yBase = (n * filters + m) * outSize;
      if (bias) y.fill(bias[m] as number, yBase, yBase + outSize);
      const first = Math.floor(m / filtersPerGroup) * perGroup;
      for (let c = 0; c < perGroup; c++) {
        const xBase = (n * channels + first + c) * inSize;
        let at = (m * perGroup + c) * kD * kH * kW;
        for (let d = 0; d < kD; d++) {
          const offD = d * dilations[0] - padsBegin[0];
          const [fromD, toD] = insideRange(offD, sD, inD, outD);
          for (let h = 0; h < kH; h++) {
            const offH = h * dilations[1] - padsBegin[1];
            const [fromH, toH] = insideRange(offH, sH, inH, outH);
            for (let v = 0; v < kW; v++) {
              const offW = v * dilations[2] - padsBegin[2];
              const [fromW, toW] = insideRange(offW, sW, inW, outW);
              const weight = w[at++] as number;
              for (let i = fromD; i < toD; i++) {
                for (let j = fromH; j < toH; j++) {
                  const from = xBase + ((i * sD + offD) * inH + j * sH + offH) * inW + offW;
                  const to = yBase + (i * outH + j) * outW;
                  for (let k = fromW; k < toW; k++) {
                    y[to + k] = (y[to + k] as number) + weight * (x[from + k * sW] as number);
                  }
                }
              }
            }
          }
        }
      }
    }
  }
  return y;
}

export const conv: Operators = { Conv: { 1: convolution } };
