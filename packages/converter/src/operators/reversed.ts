import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";

/** ONNX stops a slice that goes backwards here: before the first element. */
const BEFORE_THE_FIRST = -(2 ** 31 - 1);

/** The value with one axis from its last element to its first. */
export function reversed(layer: LayerCall, x: GraphValue, axis: number): GraphValue {
  const [starts, ends] = [layer.integers("starts", [-1]), layer.integers("ends", [BEFORE_THE_FIRST])];
  return layer.node("Slice", [
    x,
    starts,
    ends,
    layer.integers("axes", [axis]),
    layer.integers("steps", [-1]),
  ]);
}
