import type { LayerConverter } from "../layer-converter.js";

export const thresholdedRelu: LayerConverter = {
  convert(layer) {
    const alpha = layer.config.number("theta", 1);
    return layer.node("ThresholdedRelu", [layer.input], { attributes: { alpha } });
  },
};
