import { activate } from "../activations.js";
import { convolve } from "../families/convolution.js";
import { depthwiseKernel } from "../families/depthwise-kernel.js";
import { channelsFirst } from "../families/layout.js";
import { kernelWindows } from "../families/windows.js";
import type { LayerConverter } from "../layer-converter.js";

/** Each channel convolved by itself, with one or several kernels. */
export const depthwiseConv2d: LayerConverter = {
  convert(layer) {
    const { x, back } = channelsFirst(layer, 2);
    const windows = kernelWindows(layer, 2);
    layer.config.only("dilation_rate", [1, [1], [1, 1]], "tfjs leaves it out of a depthwise convolution");
    const multiplier = layer.config.count("depth_multiplier", 1);
    const channels = layer.knownSize(x, 1);
    const kernel = depthwiseKernel(layer, "depthwise_kernel", windows.size, channels, multiplier);
    const outputs = channels * multiplier;
    const bias = layer.config.boolean("use_bias", true) ? layer.weight("bias", [outputs]) : null;
    const y = convolve(layer, x, kernel, bias, windows, outputs, channels);
    return activate(layer, back(y));
  },
};
