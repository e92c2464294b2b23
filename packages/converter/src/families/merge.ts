import type { LayerCall } from "../layer-call.js";
import type { LayerConverter } from "../layer-converter.js";
import { elementwise, unsqueeze } from "../operators/index.js";
import type { GraphValue } from "../value.js";

/** A layer that combines two or more inputs element by element. */
export function merge(
  combine: (layer: LayerCall, inputs: readonly GraphValue[]) => GraphValue,
): LayerConverter {
  return { convert: (layer) => combine(layer, aligned(layer)), mask: mergedMask };
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

/**
 * As tfjs 4.22 combines them: an axis before the batch, the last mask left out. No layer can use such a mask (Keras' and is meant); a model that asks
 * no layer to do so is right nevertheless.
 */
function mergedMask(layer: LayerCall): GraphValue | null {
  const masks = layer.inputs.map(({ mask }) => mask && unsqueeze(layer, mask, [0]));
  const [first = null, ...rest] = masks.slice(0, Math.max(1, masks.length - 1));
  if (masks.every((mask) => mask === null) || rest.length === 0) return first;
  return rest.reduce((all, mask) => {
    if (all && mask) return elementwise(layer, "And", all, mask);
    throw layer.refusal(
      "E_LAYER_MASK",
      "merges masked inputs and inputs without a mask, three or more, where tfjs fails",
      "masks for all inputs or for none",
    );
  }, first);
}
