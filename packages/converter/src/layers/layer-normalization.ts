import { tensor } from "@congruent/core";
import type { LayerCall } from "../layer-call.js";
import { type LayerConverter, passMask } from "../layer-converter.js";
import { reduce } from "../operators/index.js";
import type { GraphValue } from "../value.js";

const HAS_OPERATOR = 17;

/** Mean 0 and variance 1 along some axes. */
export const layerNormalization: LayerConverter = {
  mask: passMask,
  convert(layer) {
    const x = layer.input;
    const rank = x.shape.length;
    const given = layer.config.integers("axis") ?? [-1];
    const axes = given.map((axis) => (axis < 0 ? axis + rank : axis));
    const wrong = axes.some((axis) => axis < 1 || axis >= rank) || new Set(axes).size !== axes.length;
    if (wrong || axes.length === 0) {
      throw layer.refusal("E_LAYER_CONFIG", `has axis ${JSON.stringify(given)}`, `axes of 1 to ${rank - 1}`);
    }
    layer.config.only("rms_scaling", [false], "tfjs does not know it");
    const epsilon = layer.config.number("epsilon", 1e-3);
    const sizes = axes.map((axis) => layer.knownSize(x, axis));
    const gamma = layer.config.boolean("scale", true) ? layer.weightTensor("gamma", sizes) : null;
    const beta = layer.config.boolean("center", true) ? layer.weightTensor("beta", sizes) : null;
    const rising = axes.every((axis, i) => i === 0 || axis > (axes[i - 1] ?? 0));
    if (!rising && axes.length > 1) {
      // tfjs reshapes the weights as they are, in the order of the axes that the layer names.
      throw layer.refusal("E_LAYER_CONFIG", `has axis ${JSON.stringify(given)}`, "axes in rising order");
    }
    const trailing = axes[0] === rank - axes.length;
    if (layer.opset >= HAS_OPERATOR && trailing) {
      const ones = tensor("float32", new Float32Array(sizes.reduce((a, b) => a * b, 1)).fill(1), sizes);
      const scale = gamma ? layer.weight("gamma", sizes) : layer.constant("gamma", ones);
      const inputs = beta ? [x, scale, layer.weight("beta", sizes)] : [x, scale];
      const attributes = { axis: BigInt(axes[0] ?? 0), epsilon };
      return layer.node("LayerNormalization", inputs, { attributes });
    }
    const spread = x.shape.map((_, axis) => (axes.includes(axis) ? layer.knownSize(x, axis) : 1));
    const weight = (name: string, values: typeof gamma): GraphValue | null =>
      values && layer.derivedWeight(name, () => tensor("float32", values.data, spread));
    return normalized(layer, x, axes, epsilon, weight("gamma", gamma), weight("beta", beta));
  },
};

function normalized(
  layer: LayerCall,
  x: GraphValue,
  axes: readonly number[],
  epsilon: number,
  gamma: GraphValue | null,
  beta: GraphValue | null,
): GraphValue {
  const mean = reduce(layer, "ReduceMean", x, axes, true);
  const centered = layer.node("Sub", [x, mean]);
  const variance = reduce(layer, "ReduceMean", layer.node("Mul", [centered, centered]), axes, true);
  const deviation = layer.node("Sqrt", [layer.node("Add", [variance, layer.scalar("epsilon", epsilon)])]);
  const unit = layer.node("Div", [centered, deviation]);
  const scaled = gamma ? layer.node("Mul", [unit, gamma]) : unit;
  return beta ? layer.node("Add", [scaled, beta]) : scaled;
}
