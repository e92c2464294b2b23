import type * as tfjs from "@tensorflow/tfjs";
import type { Tensor } from "../tensorflow.js";
import type { TrainableModel } from "./trainable-model.js";

/** Where tfjs keeps the regularization terms of a layer. */
interface Penalized {
  _losses: readonly (() => tfjs.Scalar)[];
}

/**
 * The regularization terms of a model for its present weights, float32 scalars, counted as in Keras: each layer's once,
 * however often it is applied; recurrent cells and layers inside wrappers count, frozen layers do not. (tfjs'
 * `calculateLosses` counts a layer as often as it is applied, and no cells.)
 */
export function penaltyTerms({ trainingLayers }: TrainableModel): Tensor[] {
  return [...trainingLayers].flatMap((layer) =>
    (layer as unknown as Penalized)._losses.map((term) => term()),
  );
}
