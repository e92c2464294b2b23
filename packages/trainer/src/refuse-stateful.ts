import { CongruentError } from "@congruent/core";
import { everyLayer } from "./every-layer.js";
import type { LayersModel } from "./tensorflow.js";

/**
 * Refuses recurrent layers that begin where the batch before left them: what they give depends on what was asked before,
 * and the batches by which a model is captured would count too.
 *
 * @throws CongruentError `E_STATEFUL` naming the layer.
 */
export function refuseStateful(model: LayersModel): void {
  // What is around such a layer says that it is one itself; the innermost comes last.
  const layer = everyLayer(model).findLast((each) => each.stateful);
  if (!layer) return;
  throw new CongruentError({
    code: "E_STATEFUL",
    what: `the layer ${layer.name} keeps its state from one batch to the next (stateful: true)`,
    expected: "layers that treat each batch by itself",
    fix: "build the model with stateful: false and give it the weights; a state can be an input (initialState) and an output (returnState)",
  });
}
