import { type LayerConverter, normalizeAxes } from "@congruent/converter";

export const layerNorm: LayerConverter = {
  convert(layer) {
    const x = layer.input;
    const depth = layer.knownSize(x, -1);
    return normalizeAxes(layer, x, [x.shape.length - 1], {
      epsilon: layer.config.number("epsilon", 1e-3),
      gamma: layer.weightTensor("gamma", [depth]),
      beta: layer.weightTensor("beta", [depth]),
    });
  },
};
