import { activate } from "../activations.js";
import { type LayerConverter, passMask } from "../layer-converter.js";

export const activation: LayerConverter = {
  mask: passMask,
  convert: (layer) => activate(layer, layer.input),
};
