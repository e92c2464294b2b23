import type { Tensor, TensorFlow } from "../tensorflow.js";
import type { Layer } from "./every-layer.js";
import { replaceProperty } from "./replace-property.js";
import type { TrainableModel } from "./trainable-model.js";

/**
 * What a model gives for its inputs, in training mode or not. As in tfjs, a mask is handed on to the layers that are applied after the one that
 * made it, whether they take its output or not.
 */
export function modelOutputs(
  { tf, layersModel, layers, cells }: TrainableModel,
  inputs: readonly Tensor[],
  mode: { training: boolean },
): Tensor[] {
  const restore = layers.map((layer, i) => applyingAlone(tf, layer, cells[i] ?? []));
  try {
    return [layersModel.apply([...inputs], mode) as Tensor | Tensor[]].flat();
  } finally {
    for (const back of restore) back();
    forgetMasks(tf, cells.flat());
  }
}

interface Applicable {
  apply(inputs: unknown, kwargs?: object): unknown;
}

/**
 * Makes a layer start each call without state: tfjs hands one object of arguments to all layers of a model, where a recurrent layer leaves its initial
 * state for the next.
 */
function applyingAlone(tf: TensorFlow, layer: Layer, cells: readonly Layer[]): () => void {
  const applicable = layer as unknown as Applicable;
  const { apply } = applicable;
  return replaceProperty(applicable, "apply", (inputs, kwargs) => {
    forgetMasks(tf, cells);
    return apply.call(layer, inputs, { ...kwargs });
  });
}

type Cell = Layer & {
  dropoutMask?: Tensor | Tensor[] | null;
  recurrentDropoutMask?: Tensor | Tensor[] | null;
};

/** Has cells make new masks in their next call, as tfjs does but for cells that were given to a layer: `rnn({ cell })`. */
function forgetMasks(tf: TensorFlow, cells: readonly Cell[]): void {
  for (const cell of cells) {
    for (const name of ["dropoutMask", "recurrentDropoutMask"] as const) {
      if (!cell[name]) continue;
      tf.dispose(cell[name]);
      cell[name] = null;
    }
  }
}
