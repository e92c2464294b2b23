import { broadcast } from "../dimensions.js";
import type { LayerCall } from "../layer-call.js";
import type { GraphValue } from "../value.js";

/**
 * A node of two operands, element by element, such as Add.
 *
 * @throws CongruentError `E_LAYER_INPUT` where their shapes do not fit
 */
export function elementwise(layer: LayerCall, opType: string, a: GraphValue, b: GraphValue): GraphValue {
  const shape = broadcast(a.shape, b.shape);
  if (shape) return layer.node(opType, [a, b], { shape });
  throw layer.refusal(
    "E_LAYER_INPUT",
    `combines the shapes [${a.shape.join(", ")}] and [${b.shape.join(", ")}]`,
    "equal sizes, or 1",
  );
}
