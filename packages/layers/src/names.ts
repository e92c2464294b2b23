import { distinctNames } from "@congruent/converter";
import type { LayersModel } from "./tensorflow.js";

/** The names of a model's inputs: of their layers. A sequential model has none until it was compiled. */
export function inputNames(model: LayersModel): string[] {
  return model.inputs.map(({ sourceLayer }) => sourceLayer.name);
}

/**
 * The names of a model's outputs: of the layers that they come from; a further output of the same layer, and an output that is an input, has
 * _1, _2 … behind it.
 */
export function outputNames(model: LayersModel): string[] {
  const layers = model.outputs.map(({ sourceLayer }) => sourceLayer.name);
  return distinctNames(layers, inputNames(model));
}
