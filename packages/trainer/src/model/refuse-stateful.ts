import { CongruentError } from "@congruent/core";
import { innerLayers } from "./every-layer.js";
import type { TrainableModel } from "./trainable-model.js";

/**
 * Refuses recurrent layers that begin where the batch before left them: what they give depends on what was asked before,
 * and the batches by which a model is captured would count too.
 *
 * @throws CongruentError `E_STATEFUL` naming the layer.
 */
export function refuseStateful({ layers }: TrainableModel): void {
  // What is around such a layer says that it is one itself.
  const layer = layers.find((each) => each.stateful && !innerLayers(each).some((inner) => inner.stateful));
  if (!layer) return;
  throw new CongruentError({
    code: "E_STATEFUL",
    what: `the layer ${layer.name} keeps its state from one batch to the next (stateful: true)`,
    expected: "layers that treat each batch by itself",
    fix: "build the model with stateful: false and copy the weights with setWeights; a state can be an input (initialState) and an output (returnState)",
  });
}
