import type { Layer } from "../model/every-layer.js";
import type { Tensor, TensorFlow } from "../tensorflow.js";

/** Random numbers that are a function of the run's seed, the layer and the step, and of nothing else. */
export interface Draws {
  /** float32, 0 ≤ value < 1. */
  uniform(shape: readonly number[]): Tensor;
  /** float32, mean 0, standard deviation 1. */
  normal(shape: readonly number[]): Tensor;
}

/** A layer being called in a training step. */
export interface TrainingContext extends Draws {
  /** Whether the layer is frozen, by itself or by a model around it. */
  frozen: boolean;
  /** Calls the layer's own `call`. */
  own(mode: { training: boolean }): Tensor;
}

/**
 * What a layer does in a training step instead of its own `call`: the same mathematics in a form that a graph can
 * represent, or a faster one. Inference uses the layer's own `call`.
 */
export type TrainingCall<L extends Layer = Layer> = (
  tf: TensorFlow,
  layer: L,
  input: Tensor,
  context: TrainingContext,
) => Tensor;
