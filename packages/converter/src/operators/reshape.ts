import type { Dimension } from "../dimensions.js";
import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";

/**
 * The value in another shape. What is free must stay in its place, such as the batch, but for one size: that is what is left.
 *
 * @param shape with the batch
 */
export function reshape(layer: LayerCall, x: GraphValue, shape: readonly Dimension[]): GraphValue {
  const sizes = shape.map((size, axis) => {
    if (typeof size === "number") return size;
    return size === x.shape[axis] ? 0 : -1;
  });
  return layer.node("Reshape", [x, layer.integers("shape", sizes)], { shape });
}
