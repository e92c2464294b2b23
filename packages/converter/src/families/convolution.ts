import { activate } from "../activations.js";
import type { LayerCall } from "../layer-call.js";
import type { LayerConverter } from "../layer-converter.js";
import type { GraphValue } from "../value.js";
import { channelsFirst } from "./layout.js";
import { kernelWindows, spaceOf, type Windows, windowAttributes, windowCounts } from "./windows.js";

/** A convolution over so many axes of space, without groups. */
export function convolution(axes: number): LayerConverter {
  return {
    convert(layer) {
      const { x, back } = channelsFirst(layer, axes);
      const filters = layer.config.count("filters");
      const windows = kernelWindows(layer, axes);
      layer.config.only("groups", [1], "tfjs does not know groups");
      const channels = layer.knownSize(x, 1);
      const kernel = layer.weight("kernel", [...windows.size, channels, filters], kernelOrder(axes));
      const bias = layer.config.boolean("use_bias", true) ? layer.weight("bias", [filters]) : null;
      const y = convolve(layer, x, kernel, bias, windows, filters);
      return activate(layer, back(y));
    },
  };
}

/**
 * The last two axes of a kernel first, turned round: tfjs has [space, inputs, outputs] where ONNX has [outputs, inputs, space], and both have it
 * the other way round for a transposed convolution.
 */
export function kernelOrder(axes: number): number[] {
  return [axes + 1, axes, ...Array.from({ length: axes }, (_, axis) => axis)];
}

/** A Conv node of an input whose channels are first. */
export function convolve(
  layer: LayerCall,
  x: GraphValue,
  kernel: GraphValue,
  bias: GraphValue | null,
  windows: Windows,
  outputs: number,
  groups = 1,
): GraphValue {
  const space = spaceOf(x);
  const [batch = 1] = x.shape;
  const shape = [batch, outputs, ...windowCounts(layer, space, windows)];
  const attributes = windowAttributes(space, windows);
  return layer.node("Conv", bias ? [x, kernel, bias] : [x, kernel], {
    shape,
    attributes: groups === 1 ? attributes : { ...attributes, group: BigInt(groups) },
  });
}
