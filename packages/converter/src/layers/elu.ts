import type { LayerConverter } from "../layer-converter.js";

export const elu: LayerConverter = {
  convert(layer) {
    layer.config.only("alpha", [1], "tfjs does not have other slopes");
    return layer.node("Elu", [layer.input]);
  },
};
