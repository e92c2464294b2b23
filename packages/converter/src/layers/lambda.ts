import type { LayerConverter } from "../layer-converter.js";

/** A function of Python, of which a file holds no more than the bytes. */
export const lambda: LayerConverter = {
  takesIntegers: true,
  convert(layer) {
    throw layer.refusal(
      "E_LAYER_LAMBDA",
      "is a Python function, which tfjs cannot run and nothing can read",
      "a layer whose configuration says what it computes",
      "write it as a layer class of its own, and register a converter: layerConverters({ Name: { convert(layer) { … } } })",
    );
  },
};
