import type * as tfjs from "@tensorflow/tfjs";
import type { LayersModel } from "../tensorflow.js";

export type Layer = tfjs.layers.Layer;

/** Where tfjs keeps the layers inside a layer: nested models, TimeDistributed, Bidirectional. */
const NESTS = ["layers", "layer", "forwardLayer", "backwardLayer"] as const;
/** Where it keeps the cells of recurrent layers, which are layers that the model does not apply itself. */
const CELLS = ["cell", "cells"] as const;

/** Each layer of a model once, in a fixed order, those of nested models and wrappers too. */
export function everyLayer(model: LayersModel): Layer[] {
  const found = new Set<Layer>();
  const visit = (nest: unknown) => {
    for (const layer of innerLayers(nest)) {
      if (found.has(layer)) continue;
      found.add(layer);
      visit(layer);
    }
  };
  visit(model);
  return [...found];
}

/**
 * Each layer that trains once, recurrent cells too: those that are not frozen, neither themselves nor by a model around them.
 * tfjs stores `trainable = false` of a nested model in the model and its weights, Keras also in the layers inside. (So
 * a layer of a frozen model that is made trainable again stays frozen here; tfjs does not train its weights either.)
 */
export function trainingLayers(model: LayersModel): ReadonlySet<Layer> {
  const frozen = new Set<Layer>();
  const training = new Set<Layer>();
  const visit = (nest: unknown, within: boolean) => {
    for (const layer of [...innerLayers(nest), ...layersAt(nest, CELLS)]) {
      const of = within || !layer.trainable ? frozen : training;
      if (of.has(layer)) continue;
      of.add(layer);
      visit(layer, of === frozen);
    }
  };
  visit(model, !model.trainable);
  // A layer that is used in several places is frozen if one of them is.
  for (const layer of frozen) training.delete(layer);
  return training;
}

/** The cells of a recurrent layer; of stacked cells, those that they are stacked from. */
export function everyCell(layer: Layer): Layer[] {
  return layersAt(layer, CELLS).flatMap((cell) => {
    const stacked = everyCell(cell);
    return stacked.length > 0 ? stacked : [cell];
  });
}

/** The layers that a model or a layer holds, not those inside them. */
export function innerLayers(nest: unknown): Layer[] {
  return layersAt(nest, NESTS);
}

/** The layers among some properties of an object: in a user's own layer the properties may be something else. */
function layersAt(nest: unknown, names: readonly string[]): Layer[] {
  return names.flatMap((name) => [(nest as Record<string, unknown>)[name]].flat()).filter(isLayer);
}

function isLayer(value: unknown): value is Layer {
  const { getClassName, call } = (value ?? {}) as Partial<Record<"getClassName" | "call", unknown>>;
  return typeof getClassName === "function" && typeof call === "function";
}
