import type * as tfjs from "@tensorflow/tfjs";
import type { LayersModel } from "./tensorflow.js";

export type Layer = tfjs.layers.Layer;

/** Where tfjs keeps the layers inside a layer: nested models, TimeDistributed, Bidirectional. */
interface Nest {
  layers?: Layer[];
  layer?: Layer;
  forwardLayer?: Layer;
  backwardLayer?: Layer;
}

/** Each layer of a model once, in a fixed order, those of nested models and wrappers too. */
export function everyLayer(model: LayersModel): Layer[] {
  const found = new Set<Layer>();
  const visit = (nest: Nest) => {
    for (const layer of [nest.layers, nest.layer, nest.forwardLayer, nest.backwardLayer].flat()) {
      if (!layer || found.has(layer)) continue;
      found.add(layer);
      visit(layer as unknown as Nest);
    }
  };
  visit(model as unknown as Nest);
  return [...found];
}
