import type { Call, Operators } from "../call.js";
import { convert } from "../convert.js";
import { type Axis, axisWeights, type Interpolation, resampled } from "../resample.js";
import { isFloat, type Value } from "../value.js";

/** Scales and sizes of each axis of the input, and the region that `tf_crop_and_resize` looks at. */
interface Target {
  scales: number[];
  sizes: number[];
  roi: readonly number[] | undefined;
}

function interpolation(call: Call, plain: boolean): Interpolation {
  return {
    mode: call.string("mode", "nearest"),
    transformation: plain ? "asymmetric" : call.string("coordinate_transformation_mode", "half_pixel"),
    nearest: plain ? "floor" : call.string("nearest_mode", "round_prefer_floor"),
    cubicA: call.float("cubic_coeff_a", -0.75),
    excludeOutside: call.int("exclude_outside", 0) === 1,
    antialias: call.int("antialias", 0) === 1,
    extrapolation: call.float("extrapolation_value", 0),
  };
}

function run(call: Call, { scales, sizes, roi }: Target, how: Interpolation): Value[] {
  const x = call.input(0);
  const rank = x.dims.length;
  let result: Value = isFloat(x.dtype) ? x : convert(x, "float64");
  for (let axis = 0; axis < rank; axis++) {
    const layout: Axis = {
      input: x.dims[axis] as number,
      output: sizes[axis] as number,
      scale: scales[axis] as number,
      roi: roi ? [roi[axis] as number, roi[axis + rank] as number] : [0, 1],
    };
    if (layout.input === layout.output && layout.scale === 1 && how.transformation !== "tf_crop_and_resize")
      continue;
    const weights =
      axisWeights(layout, how) ??
      call.refuse(`it does not know how to ${how.mode}, ${how.transformation}`, "E_NODE_ATTRIBUTE");
    result = resampled(result, axis, weights);
  }
  return [isFloat(x.dtype) ? result : convert(result, x.dtype)];
}

/** A shape must be every runtime's: the product is rounded to float32, as theirs is. */
function scaledSize(size: number, scale: number): number {
  return Math.floor(Math.fround(size * Math.fround(scale)));
}

/** Upsample, and Resize before opset 11: scales alone, pixels counted from their corner. */
function scaling(scalesOf: (call: Call) => number[]) {
  return (call: Call): Value[] => {
    const { dims } = call.input(0);
    const scales = scalesOf(call);
    const sizes = dims.map((dim, axis) => scaledSize(dim, scales[axis] as number));
    const how = interpolation(call, true);
    return run(call, { scales, sizes, roi: undefined }, how);
  };
}

/** Inputs X, roi, scales, sizes: scales or sizes, of all axes or of those that `axes` names. */
function resizing(call: Call): Value[] {
  const { dims } = call.input(0);
  const rank = dims.length;
  const axes = call.ints("axes")?.map((axis) => call.axis(axis, rank)) ?? [...dims.keys()];
  const given = (index: number) => {
    const list = call.maybeNumbers(index);
    return list && list.length > 0 ? list : undefined;
  };
  const [roi, scales, sizes] = [given(1), given(2), given(3)];
  const target: Target = { scales: dims.map(() => 1), sizes: [...dims], roi: undefined };
  if (roi) {
    const whole = [...dims.map(() => 0), ...dims.map(() => 1)];
    axes.forEach((axis, i) => {
      whole[axis] = roi[i] as number;
      whole[axis + rank] = roi[i + axes.length] as number;
    });
    target.roi = whole;
  }
  if (scales) {
    axes.forEach((axis, i) => {
      target.scales[axis] = scales[i] as number;
      target.sizes[axis] = scaledSize(dims[axis] as number, scales[i] as number);
    });
  } else {
    bySizes(call, target, {
      axes,
      sizes: sizes ?? call.refuse("neither scales nor sizes are given", "E_NODE_INPUT"),
    });
  }
  return run(call, target, interpolation(call, false));
}

function bySizes(call: Call, target: Target, { axes, sizes }: { axes: number[]; sizes: number[] }): void {
  const { dims } = call.input(0);
  const policy = call.string("keep_aspect_ratio_policy", "stretch");
  const ratios = axes.map((axis, i) => (sizes[i] as number) / (dims[axis] as number));
  const common = policy === "not_larger" ? Math.min(...ratios) : Math.max(...ratios);
  axes.forEach((axis, i) => {
    const size = dims[axis] as number;
    target.scales[axis] = policy === "stretch" ? (ratios[i] as number) : common;
    target.sizes[axis] = policy === "stretch" ? (sizes[i] as number) : Math.floor(common * size + 0.5);
  });
}

export const resize: Operators = {
  Resize: { 10: scaling((call) => call.numbers(1)), 11: resizing },
  Upsample: {
    7: scaling((call) => call.floatList("scales") ?? []),
    9: scaling((call) => call.numbers(1)),
    10: null,
  },
};
