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
  /** What the layer's own `call` gives. */
  own(mode: { training: boolean }): Tensor;
}

/**
 * What a layer does in a training step instead of its own `call`: the same mathematics, told so that a graph can
 * hold it, or faster. Inference is the layer's own.
 */
export type TrainingCall<L extends Layer = Layer> = (
  tf: TensorFlow,
  layer: L,
  input: Tensor,
  context: TrainingContext,
) => Tensor;
