import { add, type Dimension, divideUp } from "../dimensions.js";
import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";

/** Windows that move over the space between batch and channels, as convolutions and poolings have them. */
export interface Windows {
  size: readonly number[];
  strides: readonly number[];
  dilations: readonly number[];
  padding: "valid" | "same";
}

/** Options of a layer's space: where the channels are. */
export function dataFormat(layer: LayerCall): "channels_last" | "channels_first" {
  return layer.config.word("data_format", ["channels_last", "channels_first"], "channels_last");
}

/** The windows of a convolution, as its options have them. */
export function kernelWindows(layer: LayerCall, axes: number): Windows {
  return {
    size: layer.config.counts("kernel_size", axes),
    strides: layer.config.counts("strides", axes, [1]),
    dilations: layer.config.counts("dilation_rate", axes, [1]),
    padding: padding(layer),
  };
}

export function padding(layer: LayerCall): "valid" | "same" {
  return layer.config.word("padding", ["valid", "same"], "valid");
}

/**
 * How many windows there are along each axis of the space.
 *
 * @param space sizes of the input
 * @throws CongruentError `E_LAYER_INPUT` where not one window fits
 */
export function windowCounts(layer: LayerCall, space: readonly Dimension[], windows: Windows): Dimension[] {
  return space.map((size, axis) => {
    const [reach, stride] = [reachOf(windows, axis), windows.strides[axis] ?? 1];
    const places = windows.padding === "same" ? size : add(size, 1 - reach);
    if (typeof places === "number" && places < 1) {
      throw layer.refusal(
        "E_LAYER_INPUT",
        `looks through windows of ${reach} at an axis of ${size}`,
        `at least ${reach}`,
      );
    }
    return divideUp(places, stride);
  });
}

/**
 * The attributes with which ONNX puts the same windows in the same places. TensorFlow's `same` needs as much padding as the input's size asks
 * for, the odd one behind; where the size is free and windows do not move by 1, ONNX must work it out.
 */
export function windowAttributes(space: readonly Dimension[], windows: Windows) {
  const { size, strides, dilations } = windows;
  const attributes: Record<string, bigint[] | string> = {
    kernel_shape: size.map(BigInt),
    strides: strides.map(BigInt),
  };
  if (dilations.some((dilation) => dilation !== 1)) attributes.dilations = dilations.map(BigInt);
  if (windows.padding === "valid") return attributes;
  const totals = space.map((length, axis) => totalPadding(length, windows, axis));
  if (totals.some((total) => total === null)) return { ...attributes, auto_pad: "SAME_UPPER" };
  const before = totals.map((total) => Math.floor((total ?? 0) / 2));
  const behind = totals.map((total, axis) => (total ?? 0) - (before[axis] ?? 0));
  return { ...attributes, pads: [...before, ...behind].map(BigInt) };
}

/** Null where it depends on a size that is not known. */
function totalPadding(length: Dimension, windows: Windows, axis: number): number | null {
  const [reach, stride] = [reachOf(windows, axis), windows.strides[axis] ?? 1];
  if (stride === 1) return reach - 1;
  // Nothing reaches beyond the input, whatever its size.
  if (reach === 1) return 0;
  if (typeof length !== "number") return null;
  return Math.max((Math.ceil(length / stride) - 1) * stride + reach - length, 0);
}

function reachOf({ size, dilations }: Windows, axis: number): number {
  return ((size[axis] ?? 1) - 1) * (dilations[axis] ?? 1) + 1;
}

/** The sizes of the space of a value whose channels are first. */
export const spaceOf = (x: GraphValue): readonly Dimension[] => x.shape.slice(2);
