import type { LayersModel } from "./tensorflow.js";

/** The names of a model's inputs: of their layers. A sequential model has none until it was compiled. */
export function inputNames(model: LayersModel): string[] {
  return model.inputs.map(({ sourceLayer }) => sourceLayer.name);
}

/** The names of a model's outputs: of the layers that they come from, the second of one layer with _1 behind it. */
export function outputNames(model: LayersModel): string[] {
  const names: string[] = [];
  for (const { sourceLayer } of model.outputs) {
    let name = sourceLayer.name;
    for (let i = 1; names.includes(name); i++) name = `${sourceLayer.name}_${i}`;
    names.push(name);
  }
  return names;
}
