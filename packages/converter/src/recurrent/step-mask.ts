import { broadcast, type Dimension, sameShape } from "../dimensions.js";
import type { LayerCall } from "../layer-call.js";
import { shapeVector, unsqueeze } from "../operators/index.js";
import type { GraphValue } from "../value.js";

const TO_THE_END = 2 ** 31 - 1;

/**
 * A mask as a recurrent layer uses it: a slice for each step, which spreads over a state.
 *
 * @param mask of all axes of x but the last
 * @throws CongruentError `E_LAYER_MASK` where it does not fit: tfjs fails there, or computes with the wrong steps
 */
export function stepMask(
  layer: LayerCall,
  mask: GraphValue,
  x: GraphValue,
  state: readonly Dimension[],
  backwards: boolean,
): GraphValue {
  const fitting = mask.shape.length === x.shape.length - 1 ? longEnough(layer, mask, x, backwards) : null;
  if (fitting) {
    const steps = unsqueeze(layer, fitting, [fitting.shape.length]);
    const [batch = 1, , ...rest] = steps.shape;
    const spread = broadcast([batch, ...rest], state);
    if (batch === state[0] && spread && sameShape(spread, state)) return steps;
  }
  throw layer.refusal(
    "E_LAYER_MASK",
    `is handed a mask of shape [${mask.shape.join(", ")}] for an input of shape [${x.shape.join(", ")}]`,
    "a mask of [batch, time]",
    "tfjs hands a layer without a masked input the last mask that there was in the model, and its merging layers make masks that no layer can use: leave out mask_zero and Masking before that layer, or give it a mask by the layer before it",
  );
}

/**
 * tfjs takes the first steps of a mask that has more of them than the input, and fails at one that has less; where a size is free, the file does so
 * when it runs. Null where it is known to be too short.
 */
function longEnough(
  layer: LayerCall,
  mask: GraphValue,
  x: GraphValue,
  backwards: boolean,
): GraphValue | null {
  const [batch = 1, have = 1, ...rest] = mask.shape;
  const need = x.shape[1] ?? 1;
  if (have === need) return mask;
  if (typeof have === "number" && typeof need === "number" && have < need) return null;
  const count = shapeVector(layer, [{ of: x, axis: 1 }]);
  const bounds = backwards
    ? [layer.node("Neg", [count]), layer.integers("ends", [TO_THE_END])]
    : [layer.integers("starts", [0]), count];
  const shape = [batch, need, ...rest];
  return layer.node("Slice", [mask, ...bounds, layer.integers("axes", [1])], { shape });
}
