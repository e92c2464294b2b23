import { sizeOf } from "@congruent/core";
import type { Call, Operators } from "../call.js";
import { zip } from "../elementwise.js";
import { plus, times } from "../rows.js";
import { allocate, type FloatValue, like, type Value } from "../value.js";
import { standardized } from "./normalization.js";

/** The number of elements from an axis to the end, and that axis. */
function tail(call: Call, x: Value): { axis: number; size: number } {
  const axis = call.axis(call.int("axis", -1), x.dims.length);
  return { axis, size: sizeOf(x.dims.slice(axis)) };
}

/** Also gives the means and inverse standard deviations. */
function layer(call: Call): Value[] {
  const x = call.floats(0);
  const { axis, size } = tail(call, x);
  const groups = size === 0 ? 0 : x.data.length / size;
  const dims = x.dims.map((dim, at) => (at < axis ? dim : 1));
  const [means, inverses] = [allocate("float64", groups), allocate("float64", groups)];
  const data = standardized(
    x.data,
    { size, epsilon: call.float("epsilon", 1e-5) },
    (group, mean, inverse) => {
      means[group] = mean;
      inverses[group] = inverse;
    },
  );
  const y = scaled(call, like(x, data));
  return [y, { dtype: "float32", dims, data: means }, { dtype: "float32", dims, data: inverses }];
}

/** Times the second input, plus the third where there is one. */
function scaled(call: Call, x: Value): Value {
  const y = zip<number, number>(x, call.floats(1), x.dtype, times);
  const bias = call.optional(2);
  return bias ? zip<number, number>(y, bias, x.dtype, plus) : y;
}

function rootMeanSquare(call: Call): Value[] {
  const x = call.floats(0);
  const { size } = tail(call, x);
  const epsilon = call.float("epsilon", 1e-5);
  const data = x.data.slice();
  for (let begin = 0; begin < data.length; begin += size) {
    let squares = 0;
    for (let i = begin; i < begin + size; i++) squares += (data[i] as number) ** 2;
    const inverse = 1 / Math.sqrt(squares / size + epsilon);
    for (let i = begin; i < begin + size; i++) data[i] = (data[i] as number) * inverse;
  }
  return [scaled(call, like(x, data))];
}

/** Groups of neighboring channels, then scale and bias for each channel; before opset 21 for each group. */
function group(call: Call, byGroup = false): Value[] {
  const x = call.floats(0);
  const [samples = 1, channels = 1] = x.dims;
  const groups = call.int("num_groups", 1);
  const [scale, bias] = [call.floats(1).data, call.floats(2).data];
  const plane = x.data.length / (samples * channels);
  const size = (channels / groups) * plane;
  const data = standardized(x.data, { size, epsilon: call.float("epsilon", 1e-5) });
  for (let i = 0; i < data.length; i++) {
    const c = Math.floor(i / plane) % channels;
    const at = byGroup ? Math.floor(c / (channels / groups)) : c;
    data[i] = (data[i] as number) * (scale[at] as number) + (bias[at] as number);
  }
  return [like(x, data)];
}

/** Divides by a power of the sum of squares over neighboring channels. */
function localResponse(call: Call): Value[] {
  const x = call.floats(0);
  const [samples = 1, channels = 1] = x.dims;
  const plane = x.data.length / (samples * channels);
  const size = call.int("size", 1);
  const [alpha, beta, bias] = [call.float("alpha", 0.0001), call.float("beta", 0.75), call.float("bias", 1)];
  const data = allocate("float64", x.data.length);
  for (let i = 0; i < data.length; i++) {
    const c = Math.floor(i / plane) % channels;
    const [from, to] = [c - Math.floor((size - 1) / 2), c + Math.ceil((size - 1) / 2)];
    let squares = 0;
    for (let each = Math.max(0, from); each <= Math.min(channels - 1, to); each++) {
      squares += (x.data[i + (each - c) * plane] as number) ** 2;
    }
    data[i] = (x.data[i] as number) / (bias + (alpha / size) * squares) ** beta;
  }
  return [like(x, data)];
}

/** Divides by the 1- or 2-norm along an axis; zeros stay zero. */
function lp(call: Call): Value[] {
  const x = call.floats(0);
  const axis = call.axis(call.int("axis", -1), x.dims.length);
  const inner = sizeOf(x.dims.slice(axis + 1));
  const size = x.dims[axis] as number;
  const absolute = call.int("p", 2) === 1;
  const data = x.data.slice();
  for (let line = 0; line < data.length / size; line++) {
    const begin = Math.floor(line / inner) * size * inner + (line % inner);
    let sum = 0;
    for (let k = 0; k < size; k++) {
      const each = data[begin + k * inner] as number;
      sum += absolute ? Math.abs(each) : each * each;
    }
    const norm = absolute ? sum : Math.sqrt(sum);
    for (let k = 0; k < size; k++) {
      const at = begin + k * inner;
      data[at] = norm === 0 ? 0 : (data[at] as number) / norm;
    }
  }
  return [like(x, data)];
}

/** Zero mean and unit variance over the given axes, by the formula of ONNX's function body: variance is E[x²] − E[x]². */
function meanVariance(call: Call): Value[] {
  const x = call.floats(0);
  const axes = (call.ints("axes") ?? [0, 2, 3]).map((axis) => call.axis(axis, x.dims.length));
  const groupOf = groups(x, axes);
  const [sums, squares, counts] = [
    new Map<number, number>(),
    new Map<number, number>(),
    new Map<number, number>(),
  ];
  const add = (to: Map<number, number>, group: number, by: number) =>
    to.set(group, (to.get(group) ?? 0) + by);
  x.data.forEach((each, i) => {
    const group = groupOf(i);
    add(sums, group, each);
    add(counts, group, 1);
  });
  const mean = (group: number) => (sums.get(group) ?? 0) / (counts.get(group) ?? 1);
  x.data.forEach((each, i) => {
    add(squares, groupOf(i), (each - mean(groupOf(i))) ** 2);
  });
  const data = x.data.map((each, i) => {
    const group = groupOf(i);
    const deviation = Math.sqrt((squares.get(group) ?? 0) / (counts.get(group) ?? 1));
    return (each - mean(group)) / (deviation + Math.fround(1e-9));
  });
  return [like(x, data)];
}

/** A number for each combination of the axes that are not reduced. */
function groups(x: FloatValue, axes: readonly number[]): (at: number) => number {
  return (at) => {
    let [rest, group, scale] = [at, 0, 1];
    for (let axis = x.dims.length - 1; axis >= 0; axis--) {
      const size = x.dims[axis] as number;
      if (!axes.includes(axis)) {
        group += (rest % size) * scale;
        scale *= size;
      }
      rest = Math.floor(rest / size);
    }
    return group;
  };
}

/** Normalizations by statistics of the sample itself. */
export const layerNormalization: Operators = {
  GroupNormalization: { 18: (call) => group(call, true), 21: (call) => group(call) },
  LRN: { 1: localResponse },
  LayerNormalization: { 17: layer },
  LpNormalization: { 1: lp },
  MeanVarianceNormalization: { 9: meanVariance },
  RMSNormalization: { 23: rootMeanSquare },
};
