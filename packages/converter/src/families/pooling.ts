import type { LayerConverter } from "../layer-converter.js";
import { channelsFirst } from "./layout.js";
import { padding, spaceOf, windowAttributes, windowCounts } from "./windows.js";

/** The largest value or the mean of windows over so many axes of space. What `same` adds at the edges counts in neither. */
export function pooling(opType: "MaxPool" | "AveragePool", axes: number): LayerConverter {
  return {
    convert(layer) {
      const { x, back } = channelsFirst(layer, axes);
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
        // ONNX Runtime 1.30 subtracts from the padding what the windows leave out: it fails, or gives wrong numbers from operator set 19 on.
        throw layer.refusal(
          "E_LAYER_INPUT",
          `moves windows of ${size} by ${windows.strides} over a free size with padding "same"`,
          "a fixed size, or windows not smaller than their strides",
        );
      }
      const y = layer.node(opType, [x], { shape, attributes });
      return back(y);
    },
  };
}
