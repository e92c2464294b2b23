import { sizeOf } from "@congruent/core";
import type { Call, Operators } from "../call.js";
import { allocate, type Value } from "../value.js";
import { insideRange, triple } from "../windows.js";

interface Layout {
  spatial: readonly number[];
  kernel: readonly number[];
  strides: readonly number[];
  dilations: readonly number[];
}

/** Padding taken off the full result, and the sizes that remain. */
function cut(call: Call, { spatial, kernel, strides, dilations }: Layout) {
  const rank = spatial.length;
  const extra = call.ints("output_padding") ?? spatial.map(() => 0);
  const wanted = call.ints("output_shape")?.slice(-rank);
  const mode = call.string("auto_pad", "NOTSET");
  const pads = call.ints("pads") ?? new Array<number>(2 * rank).fill(0);
  const axes = spatial.map((size, axis) => {
    const stride = strides[axis] as number;
    const reach = ((kernel[axis] as number) - 1) * (dilations[axis] as number) + 1;
    const full = stride * (size - 1) + (extra[axis] as number) + reach;
    const target = wanted?.[axis] ?? (mode.startsWith("SAME") ? size * stride : undefined);
    if (target === undefined) {
      const begin = mode === "VALID" ? 0 : (pads[axis] as number);
      const end = mode === "VALID" ? 0 : (pads[axis + rank] as number);
      return { begin, size: full - begin - end };
    }
    const total = Math.max(0, full - target);
    // The odd element goes to the end with SAME_UPPER, else to the begin.
    const begin = mode === "SAME_UPPER" ? Math.floor(total / 2) : total - Math.floor(total / 2);
    return { begin, size: target };
  });
  return { begins: axes.map(({ begin }) => begin), sizes: axes.map(({ size }) => size) };
}

/** The gradient of a convolution: every input element adds the filter to the output. X [N, C, …], W [C, M/groups, …]. */
function transposed(call: Call): Value[] {
  const [x, w] = [call.floats(0), call.floats(1)];
  const bias = call.optional(2) ? call.floats(2).data : undefined;
  const [batch = 1, channels = 1, ...spatial] = x.dims;
  const kernel = w.dims.slice(2);
  if (spatial.length < 1 || spatial.length > 3)
    call.refuse(`its input has ${spatial.length} spatial axes`, "E_NODE_SHAPE");
  if (w.dims[0] !== channels)
    call.refuse(`filters [${w.dims.join(", ")}] do not fit ${channels} channels`, "E_NODE_SHAPE");
  const strides = call.ints("strides") ?? spatial.map(() => 1);
  const dilations = call.ints("dilations") ?? spatial.map(() => 1);
  const { begins, sizes } = cut(call, { spatial, kernel, strides, dilations });
  const groups = call.int("group", 1);
  const perGroup = w.dims[1] as number;
  const filters = perGroup * groups;
  const dims = [batch, filters, ...sizes];
  const data = allocate("float64", sizeOf(dims));
  const [inD, inH, inW] = triple(spatial);
  const [kD, kH, kW] = triple(kernel);
  const [outD, outH, outW] = triple(sizes);
  const [sD, sH, sW] = triple(strides);
  const [dD, dH, dW] = triple(dilations);
  const [pD, pH, pW] = triple(begins, 0);
  const outSize = outD * outH * outW;
  for (let n = 0; n < batch; n++) {
    for (let m = 0; m < filters; m++) {
      const to = (n * filters + m) * outSize;
      if (bias) data.fill(bias[m] as number, to, to + outSize);
      const first = Math.floor(m / perGroup) * (channels / groups);
      for (let c = first; c < first + channels / groups; c++) {
        const from = (n * channels + c) * inD * inH * inW;
        let at = (c * perGroup + (m % perGroup)) * kD * kH * kW;
        for (let d = 0; d < kD; d++) {
          const offD = d * dD - pD;
          const [fromD, toD] = insideRange(offD, sD, outD, inD);
          for (let h = 0; h < kH; h++) {
            const offH = h * dH - pH;
            const [fromH, toH] = insideRange(offH, sH, outH, inH);
            for (let v = 0; v < kW; v++) {
              const offW = v * dW - pW;
              const [fromW, toW] = insideRange(offW, sW, outW, inW);
              const weight = w.data[at++] as number;
              for (let i = fromD; i < toD; i++) {
                for (let j = fromH; j < toH; j++) {
                  const row = from + (i * inH + j) * inW;
                  const line = to + ((i * sD + offD) * outH + j * sH + offH) * outW + offW;
                  for (let k = fromW; k < toW; k++) {
                    data[line + k * sW] =
                      (data[line + k * sW] as number) + weight * (x.data[row + k] as number);
                  }
                }
              }
            }
          }
        }
      }
    }
  }
  return [{ dtype: x.dtype, dims, data }];
}

export const convTranspose: Operators = { ConvTranspose: { 1: transposed } };
