import { activate } from "../activations.js";
import { convolve, kernelOrder } from "../families/convolution.js";
import { depthwiseKernel } from "../families/depthwise-kernel.js";
import { channelsFirst } from "../families/layout.js";
import { kernelWindows, type Windows } from "../families/windows.js";
import type { LayerConverter } from "../layer-converter.js";
import { toChannelsFirst, toChannelsLast } from "../operators/index.js";

const POINT: Windows = { size: [1, 1], strides: [1, 1], dilations: [1, 1], padding: "valid" };

/** A depthwise convolution, then one of single points over all channels. */
export const separableConv2d: LayerConverter = {
  convert(layer) {
    const { x, format } = channelsFirst(layer, 2);
    const windows = kernelWindows(layer, 2);
    layer.config.only("groups", [1], "tfjs does not know groups");
    const filters = layer.config.count("filters");
    // tfjs forgets to write the option into its files.
    const multiplier = layer.config.count("depth_multiplier", layer.weightShape("depthwise_kernel").at(-1));
    const channels = layer.knownSize(x, 1);
    const inner = channels * multiplier;
    const depthwise = depthwiseKernel(layer, "depthwise_kernel", windows.size, channels, multiplier);
    const middle = convolve(layer, x, depthwise, null, windows, inner, channels);
    const pointwise = layer.weight("pointwise_kernel", [1, 1, inner, filters], kernelOrder(2));
    const biased = layer.config.boolean("use_bias", true);
    if (biased && format === "channels_first") {
      // It adds the bias while the channels are last, along the axis that would be theirs if they were first.
      layer.config.only("data_format", ["channels_last"], "tfjs adds the bias along the wrong axis");
    }
    const y = convolve(
      layer,
      middle,
      pointwise,
      biased ? layer.weight("bias", [filters]) : null,
      POINT,
      filters,
    );
    // Applied before the channels are first again: softmax goes along them.
    const last = activate(layer, toChannelsLast(layer, y));
    return format === "channels_last" ? last : toChannelsFirst(layer, last);
  },
};
