import type { LayerConverter } from "../layer-converter.js";

/** The input of a nested model stands for what the model is called on. */
export const inputLayer: LayerConverter = {
  takesIntegers: true,
  convert(layer) {
    layer.config.ignore("sparse", "ragged");
    return layer.input;
  },
  mask: (layer) => layer.input.mask,
};
