import { everyCell, everyLayer, type Layer } from "./every-layer.js";
import { replaceProperty } from "./replace-property.js";
import type { LayersModel, Tensor, TensorFlow } from "./tensorflow.js";

/** What a model is to its inputs, in training mode or not. */
export function modelOutputs(
  tf: TensorFlow,
  model: LayersModel,
  inputs: readonly Tensor[],
  mode: { training: boolean },
): Tensor[] {
  const layers = everyLayer(model);
  const cells = layers.flatMap(everyCell);
  forgetMasks(tf, cells);
  const restore = (layers as unknown as Applicable[]).map(withArgumentsOfItsOwn);
  try {
    return [model.apply([...inputs], mode) as Tensor | Tensor[]].flat();
  } finally {
    for (const back of restore) back();
    forgetMasks(tf, cells);
  }
}

interface Applicable {
  apply(inputs: unknown, kwargs?: object): unknown;
}

/** tfjs hands one object to all layers of a model, and a recurrent layer leaves its initial state there for the next. */
function withArgumentsOfItsOwn(layer: Applicable): () => void {
  const { apply } = layer;
  return replaceProperty(layer, "apply", (inputs, kwargs) => apply.call(layer, inputs, { ...kwargs }));
}

type Cell = Layer & {
  dropoutMask?: Tensor | Tensor[] | null;
  recurrentDropoutMask?: Tensor | Tensor[] | null;
};

/** Has cells make their masks anew in the next call, which tfjs forgets where they were given to a layer: `rnn({ cell })`. */
function forgetMasks(tf: TensorFlow, cells: readonly Cell[]): void {
  for (const cell of cells) {
    for (const name of ["dropoutMask", "recurrentDropoutMask"] as const) {
      if (!cell[name]) continue;
      tf.dispose(cell[name]);
      cell[name] = null;
    }
  }
}
