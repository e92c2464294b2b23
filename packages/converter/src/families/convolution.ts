import { activate } from "../activations.js";
import type { LayerCall } from "../layer-call.js";
import type { LayerConverter } from "../layer-converter.js";
import { toChannelsFirst, toChannelsLast } from "../operators/index.js";
import type { GraphValue } from "../value.js";
import { dataFormat, padding, spaceOf, type Windows, windowAttributes, windowCounts } from "./windows.js";

/** A convolution over so many axes of space, without groups. */
export function convolution(axes: number): LayerConverter {
  return {
    convert(layer) {
      const format = dataFormat(layer);
      const given = layer.inputOfRank(axes + 2);
      const x = format === "channels_last" ? toChannelsFirst(layer, given) : given;
      const filters = layer.config.count("filters");
      const windows = {
        size: layer.config.counts("kernel_size", axes),
        strides: layer.config.counts("strides", axes, [1]),
        dilations: layer.config.counts("dilation_rate", axes, [1]),
        padding: padding(layer),
      };
      layer.config.only("groups", [1], "tfjs does not know groups");
      const channels = layer.knownSize(x, 1);
      const kernel = layer.weight("kernel", [...windows.size, channels, filters], kernelOrder(axes));
      const bias = layer.config.boolean("use_bias", true) ? layer.weight("bias", [filters]) : null;
      const y = convolve(layer, x, kernel, bias, windows, filters);
      return activate(layer, format === "channels_last" ? toChannelsLast(layer, y) : y);
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
