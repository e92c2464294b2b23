import { type LayerConverter, passMask } from "../layer-converter.js";

/** A layer that does nothing when a model predicts. @param options that say what it does in training */
export function identity(options: readonly string[]): LayerConverter {
  return {
    mask: passMask,
    takesIntegers: true,
    convert(layer) {
      layer.config.ignore(...options);
      return layer.input;
    },
  };
}
