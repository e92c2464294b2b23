import type { LayerConverter } from "../layer-converter.js";
import { toChannelsFirst, toChannelsLast } from "../operators/index.js";
import { dataFormat, padding, spaceOf, windowAttributes, windowCounts } from "./windows.js";

/** The largest value or the mean of windows over so many axes of space. What `same` adds at the edges counts in neither. */
export function pooling(opType: "MaxPool" | "AveragePool", axes: number): LayerConverter {
  return {
    convert(layer) {
      const format = dataFormat(layer);
      const given = layer.inputOfRank(axes + 2);
      const x = format === "channels_last" ? toChannelsFirst(layer, given) : given;
      const size = layer.config.counts("pool_size", axes, [2]);
      const windows = {
        size,
        strides: layer.config.counts("strides", axes, size),
        dilations: size.map(() => 1),
        padding: padding(layer),
      };
      const [batch = 1, channels = 1] = x.shape;
      const space = spaceOf(x);
      const shape = [batch, channels, ...windowCounts(layer, space, windows)];
      const attributes = windowAttributes(space, windows);
      if ("auto_pad" in attributes && size.some((length, axis) => length < (windows.strides[axis] ?? 1))) {
        // ONNX Runtime 1.30 subtracts from the padding what the windows leave out: it fails, or gives wrong numbers for one axis.
        throw layer.refusal(
          "E_LAYER_INPUT",
          `moves windows of ${size} by ${windows.strides} over a free size with padding "same"`,
          "a fixed size, or windows not smaller than their strides",
        );
      }
      const y = layer.node(opType, [x], { shape, attributes });
      return format === "channels_last" ? toChannelsLast(layer, y) : y;
    },
  };
}
