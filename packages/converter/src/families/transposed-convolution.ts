import { activate } from "../activations.js";
import { add, type Dimension, times } from "../dimensions.js";
import type { LayerConverter } from "../layer-converter.js";
import { kernelOrder } from "./convolution.js";
import { channelsFirst } from "./layout.js";
import { padding, spaceOf } from "./windows.js";

/** The gradient of a convolution over so many axes of space: its output is larger than its input by the strides. */
export function transposedConvolution(axes: number): LayerConverter {
  return {
    convert(layer) {
      const { x, back } = channelsFirst(layer, axes);
      const filters = layer.config.count("filters");
      const size = layer.config.counts("kernel_size", axes);
      const strides = layer.config.counts("strides", axes, [1]);
      const mode = padding(layer);
      const ones = size.map(() => 1);
      layer.config.only("dilation_rate", [1, [1], ones], "tfjs leaves it out of a transposed convolution");
      layer.config.only("output_padding", [], "tfjs does not know it");
      layer.config.only("groups", [1], "tfjs does not know groups");
      const channels = layer.knownSize(x, 1);
      const kernel = layer.weight("kernel", [...size, filters, channels], kernelOrder(axes));
      const bias = layer.config.boolean("use_bias", true) ? layer.weight("bias", [filters]) : null;
      // What the kernel reaches beyond its stride is cut off again (same) or kept (valid); where it does not reach, zeros follow.
      const beyond = size.map((length, axis) => length - (strides[axis] ?? 1));
      const cut = beyond.map((more) => (mode === "same" ? Math.max(more, 0) : 0));
      const before = cut.map((more) => Math.floor(more / 2));
      const behind = cut.map((more, axis) => more - (before[axis] ?? 0));
      const outputPadding = beyond.map((more) => Math.max(-more, 0));
      const space = spaceOf(x).map((length: Dimension, axis) =>
        add(times(length, strides[axis] ?? 1), mode === "same" ? 0 : Math.max(beyond[axis] ?? 0, 0)),
      );
      const [batch = 1] = x.shape;
      const y = layer.node("ConvTranspose", bias ? [x, kernel, bias] : [x, kernel], {
        shape: [batch, filters, ...space],
        attributes: {
          kernel_shape: size.map(BigInt),
          strides: strides.map(BigInt),
          pads: [...before, ...behind].map(BigInt),
          output_padding: outputPadding.map(BigInt),
        },
      });
      return activate(layer, back(y));
    },
  };
}
