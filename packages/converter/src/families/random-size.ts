import type { LayerConverter } from "../layer-converter.js";

/** tfjs draws a new size at every call, also when a model predicts. */
export const randomSize: LayerConverter = {
  convert(layer) {
    throw layer.refusal(
      "E_LAYER_RANDOM",
      "gives its output a random size at each call, also when the model predicts",
      "layers that compute the same each time",
      "take the layer out of the model: augment the data before training instead",
    );
  },
};
