import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";

/** The value without some axes, counted from 0, of size 1. */
export function squeeze(layer: LayerCall, x: GraphValue, axes: readonly number[]): GraphValue {
  if (axes.length === 0) return x;
  const shape = x.shape.filter((_, axis) => !axes.includes(axis));
  return layer.node("Squeeze", [x, layer.integers("axes", axes)], { shape });
}

/** The value with more axes of size 1, at these places of the result. */
export function unsqueeze(layer: LayerCall, x: GraphValue, axes: readonly number[]): GraphValue {
  if (axes.length === 0) return x;
  const rest = [...x.shape];
  const shape = Array.from({ length: x.shape.length + axes.length }, (_, axis) =>
    axes.includes(axis) ? 1 : (rest.shift() ?? 1),
  );
  return layer.node("Unsqueeze", [x, layer.integers("axes", axes)], { shape });
}
