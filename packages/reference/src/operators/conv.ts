import { sizeOf } from "@congruent/core";
import { blockedProduct, packDense, packStrided } from "../blocked-product.js";
import type { Call, Operators } from "../call.js";
import { packWindows, tapsOf } from "../pack-windows.js";
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

/** Filters of a group below which the blocks of a product would be filled with zeros for the most part. */
const FEW_FILTERS = 3;

/** y[m] = bias[m] + Σ w[m] · x over each window, the terms added in the order of the weights, those in the padding left out. */
export function convolve(windows: Windows, x: Float64Array, w: Float64Array, options: Filters): Float64Array {
  const { filters, groups, bias } = options;
  const outSize = volume(windows.output);
  const y = allocate("float64", windows.batch * filters * outSize);
  if (bias) {
    for (let plane = 0; plane < windows.batch * filters; plane++) {
      y.fill(bias[plane % filters] as number, plane * outSize, (plane + 1) * outSize);
    }
  }
  // In a product of matrices the padding is zeros, and zero times infinity would be NaN.
  if (filters / groups < FEW_FILTERS || (isPadded(windows) && !areFinite(w))) {
    addWeightByWeight(windows, x, w, options, y);
  } else {
    addProducts(windows, x, w, options, y);
  }
  return y;
}

function areFinite(data: Float64Array): boolean {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i] as number)) return false;
  return true;
}

function isPadded({ padsBegin, padsEnd }: Windows): boolean {
  return [...padsBegin, ...padsEnd].some((pad) => pad > 0);
}

/** For each sample and group the product of the filters, a row each, and the windows, a column each. */
function addProducts(
  windows: Windows,
  x: Float64Array,
  w: Float64Array,
  { filters, groups }: Filters,
  y: Float64Array,
): void {
  const { batch, channels, input, output } = windows;
  const [m, n] = [filters / groups, volume(output)];
  const perGroup = channels / groups;
  const taps = tapsOf(windows, perGroup);
  const k = taps.offset.length;
  for (let sample = 0; sample < batch; sample++) {
    for (let group = 0; group < groups; group++) {
      const left = packDense(w, group * m * k, k, m);
      const from = (sample * channels + group * perGroup) * volume(input);
      const right = isPointwise(windows) ? packStrided(x, from, n) : packWindows(windows, taps, x, from);
      blockedProduct({ m, k, n, left, right, out: y, at: (sample * filters + group * m) * n });
    }
  }
}

/** Windows of one element that follow each other: the input is the right factor as it lies there. */
function isPointwise({ kernel, strides, padsBegin, padsEnd }: Windows): boolean {
  // Negative padding cuts the input.
  return volume(kernel) * volume(strides) === 1 && [...padsBegin, ...padsEnd].every((pad) => pad === 0);
}

/** One multiply-add of a row for each weight: the innermost loop runs over the output's last axis. */
function addWeightByWeight(
  { batch, channels, input, kernel, output, strides, dilations, padsBegin }: Windows,
  x: Float64Array,
  w: Float64Array,
  { filters, groups }: Filters,
  y: Float64Array,
): void {
  const [inD, inH, inW] = input;
  const [kD, kH, kW] = kernel;
  const [outD, outH, outW] = output;
  const [sD, sH, sW] = strides;
  const inSize = inD * inH * inW;
  const outSize = outD * outH * outW;
  const perGroup = channels / groups;
  const filtersPerGroup = filters / groups;
  for (let n = 0; n < batch; n++) {
    for (let m = 0; m < filters; m++) {
      const yBase = (n * filters + m) * outSize;
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
}

export const conv: Operators = { Conv: { 1: convolution } };
