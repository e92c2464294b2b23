import type { LayerCall } from "../layer-call.js";
import type { LayerConverter } from "../layer-converter.js";
import { unsqueeze } from "../operators/index.js";
import type { GraphValue } from "../value.js";

/** A layer that combines two or more inputs element by element. */
export function merge(
  combine: (layer: LayerCall, inputs: readonly GraphValue[]) => GraphValue,
): LayerConverter {
  return { convert: (layer) => combine(layer, aligned(layer)) };
}

/** tfjs gives inputs of fewer axes the missing ones behind the batch. */
function aligned(layer: LayerCall): GraphValue[] {
  if (layer.inputs.length < 2) {
    throw layer.refusal("E_LAYER_INPUT", `merges ${layer.inputs.length} inputs`, "at least 2");
  }
  const rank = Math.max(...layer.inputs.map(({ shape }) => shape.length));
  return layer.inputs.map((x) => {
    const missing = Array.from({ length: rank - x.shape.length }, (_, i) => i + 1);
    return unsqueeze(layer, x, missing);
  });
}
