import { type Tensor, tensor } from "@congruent/core";
import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";
import { reduce } from "./reduce.js";

export interface Normalization {
  /** Added to the variance. */
  epsilon: number;
  /** Factors, of the axes' sizes; null for none. Named as the layer's weight. */
  gamma: Tensor<"float32"> | null;
  /** What is added then; null for nothing. */
  beta: Tensor<"float32"> | null;
}

const HAS_OPERATOR = 17;

/** Mean 0 and variance 1 along some axes of known sizes, counted from 0 and rising. */
export function normalizeAxes(
  layer: LayerCall,
  x: GraphValue,
  axes: readonly number[],
  { epsilon, gamma, beta }: Normalization,
): GraphValue {
  const sizes = axes.map((axis) => layer.knownSize(x, axis));
  const weight = (name: string, values: Tensor<"float32">, dims: readonly number[]) =>
    layer.derivedWeight(name, () => tensor("float32", values.data, dims));
  const [first = 0] = axes;
  if (layer.opset >= HAS_OPERATOR && first === x.shape.length - axes.length) {
    const ones = () => new Float32Array(sizes.reduce((a, b) => a * b, 1)).fill(1);
    const scale = gamma
      ? weight("gamma", gamma, sizes)
      : layer.constant("gamma", tensor("float32", ones(), sizes));
    const inputs = beta ? [x, scale, weight("beta", beta, sizes)] : [x, scale];
    return layer.node("LayerNormalization", inputs, { attributes: { axis: BigInt(first), epsilon } });
  }
  const spread = x.shape.map((_, axis) => (axes.includes(axis) ? layer.knownSize(x, axis) : 1));
  const mean = reduce(layer, "ReduceMean", x, axes, true);
  const centered = layer.node("Sub", [x, mean]);
  const variance = reduce(layer, "ReduceMean", layer.node("Mul", [centered, centered]), axes, true);
  const deviation = layer.node("Sqrt", [layer.node("Add", [variance, layer.scalar("epsilon", epsilon)])]);
  const unit = layer.node("Div", [centered, deviation]);
  const scaled = gamma ? layer.node("Mul", [unit, weight("gamma", gamma, spread)]) : unit;
  return beta ? layer.node("Add", [scaled, weight("beta", beta, spread)]) : scaled;
}
