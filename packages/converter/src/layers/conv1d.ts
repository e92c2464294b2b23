import { convolution } from "../families/convolution.js";
import type { LayerConverter } from "../layer-converter.js";

const base = convolution(1);

export const conv1d: LayerConverter = {
  convert(layer) {
    // With channels first tfjs gives channels last, and another shape than it says.
    layer.config.only(
      "data_format",
      ["channels_last"],
      "tfjs computes Conv1D right with channels last alone",
    );
    return base.convert(layer);
  },
};
