import type { LayerConverter } from "../layer-converter.js";

/** Keras 3 calls the slope `negative_slope`, others `alpha`. */
export const leakyRelu: LayerConverter = {
  convert(layer) {
    const alpha = layer.config.number("alpha", layer.config.number("negative_slope", 0.3));
    return layer.node("LeakyRelu", [layer.input], { attributes: { alpha } });
  },
};
