import type { LayersModel } from "./tensorflow.js";

/** The names of a model's inputs: of their layers. A sequential model has none until it was compiled. */
export function inputNames(model: LayersModel): string[] {
  return model.inputs.map(({ sourceLayer }) => sourceLayer.name);
}

/** The names of a model's outputs: of the layers that they come from; a further output of the same layer has _1, _2 … behind it. */
export function outputNames(model: LayersModel): string[] {
  const layers = model.outputs.map(({ sourceLayer }) => sourceLayer.name);
  const taken = new Set(layers);
  return layers.map((layer, i) => {
    if (layers.indexOf(layer) === i) return layer;
    let further = 1;
    while (taken.has(`${layer}_${further}`)) further += 1;
    taken.add(`${layer}_${further}`);
    return `${layer}_${further}`;
  });
}
