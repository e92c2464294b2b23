import { CongruentError } from "@congruent/core";
import { innerLayers } from "./every-layer.js";
import type { TrainableModel } from "./trainable-model.js";

/**
 * Refuses recurrent layers that start from the state of the batch before: their outputs depend on earlier calls, and the
 * batches with which a model is captured would change them too.
 *
 * @throws CongruentError `E_STATEFUL` naming the layer.
 */
export function refuseStateful({ layers }: TrainableModel): void {
  // A wrapper around such a layer also has stateful: true; the inner layer is named.
  const layer = layers.find((each) => each.stateful && !innerLayers(each).some((inner) => inner.stateful));
  if (!layer) return;
  throw new CongruentError({
    code: "E_STATEFUL",
    what: `the layer ${layer.name} keeps its state from one batch to the next (stateful: true)`,
    expected: "layers that treat each batch independently",
    fix: "build the model with stateful: false and copy the weights with setWeights; a state can be an input (initialState) and an output (returnState)",
  });
}
