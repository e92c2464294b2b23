import { Registry } from "@congruent/core";
import type { LayerCall } from "./layer-call.js";
import type { GraphValue } from "./value.js";

/** How the layers of one class become nodes. */
export interface LayerConverter {
  /** Adds the nodes of one call. @returns its outputs, in the order of tfjs */
  convert(layer: LayerCall): GraphValue | readonly GraphValue[];
  /**
   * The mask of all outputs, of a layer that supports masking: null where there is none. Default: a mask ends here, as in tfjs.
   *
   * @throws CongruentError `E_LAYER_MASK` where tfjs fails
   */
  mask?(layer: LayerCall): GraphValue | null;
  /** Whether it takes whole numbers and booleans as they come. Default: an input that is not float32 is refused. */
  takesIntegers?: boolean;
}

/** The mask of the first input, unchanged: what most layers that support masking do. */
export const passMask = (layer: LayerCall): GraphValue | null => layer.inputs[0]?.mask ?? null;

/**
 * Converters of layer classes of your own, for the option `layers` of `convertLayersModel`. They win over those that are built in.
 *
 * @param converters by class name, as a saved model names the layer
 * @example
 * ```ts
 * const layers = layerConverters({ Cube: { convert: (layer) => layer.node("Mul", [layer.input, layer.node("Mul", [layer.input, layer.input])]) } });
 * layers.names; // => ["Cube"]
 * ```
 */
export function layerConverters(
  converters: Readonly<Record<string, LayerConverter>>,
): Registry<LayerConverter> {
  return new Registry<LayerConverter>({ kind: "layer converter", code: "E_LAYER_UNKNOWN" }, converters);
}
