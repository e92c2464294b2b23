import { type LayerConverter, passMask } from "../layer-converter.js";
import { normalizeAxes } from "../operators/index.js";

/** Mean 0 and variance 1 along some axes. */
export const layerNormalization: LayerConverter = {
  mask: passMask,
  convert(layer) {
    const x = layer.input;
    const rank = x.shape.length;
    const given = layer.config.integers("axis") ?? [-1];
    const axes = given.map((axis) => (axis < 0 ? axis + rank : axis));
    // tfjs takes the weights' axes in the order of the input's, whatever order the layer names.
    const rising = axes.every((axis, i) => i === 0 || axis > (axes[i - 1] ?? 0));
    if (axes.length === 0 || !rising || axes.some((axis) => axis < 1 || axis >= rank)) {
      const expected = `axes of 1 to ${rank - 1}, in rising order`;
      throw layer.refusal("E_LAYER_CONFIG", `has axis ${JSON.stringify(given)}`, expected);
    }
    layer.config.only("rms_scaling", [false], "tfjs does not know it");
    const sizes = axes.map((axis) => layer.knownSize(x, axis));
    return normalizeAxes(layer, x, axes, {
      epsilon: layer.config.number("epsilon", 1e-3),
      gamma: layer.config.boolean("scale", true) ? layer.weightTensor("gamma", sizes) : null,
      beta: layer.config.boolean("center", true) ? layer.weightTensor("beta", sizes) : null,
    });
  },
};
