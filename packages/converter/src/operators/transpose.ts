import type { Dimension } from "../dimensions.js";
import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";

/** The value with its axes in another order: `permutation` says which of them stands at each place. Unchanged where the order is the same. */
export function transpose(layer: LayerCall, x: GraphValue, permutation: readonly number[]): GraphValue {
  if (permutation.every((axis, place) => axis === place)) return x;
  const shape = permutation.map((axis) => x.shape[axis] as Dimension);
  return layer.node("Transpose", [x], { shape, attributes: { perm: permutation.map(BigInt) } });
}
