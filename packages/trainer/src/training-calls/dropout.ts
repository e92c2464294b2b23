import type { Layer } from "../model/every-layer.js";
import type { Tensor, TensorFlow } from "../tensorflow.js";
import type { Draws, TrainingCall } from "./training-call.js";

type DropoutLayer = Layer & {
  rate: number;
  /** null without a noise shape; entries that are null follow the input. */
  getNoiseShape(input: Tensor): (number | null)[] | null | undefined;
};

/** Sets a share of `rate` to zero and scales the rest by 1 / (1 - rate), as Keras' Dropout (and SpatialDropout1D). */
export const dropout: TrainingCall<DropoutLayer> = (tf, layer, input, draws) => {
  const { rate } = layer;
  // At a rate of 1 tfjs drops nothing and Keras everything: as Keras.
  if (rate >= 1) return tf.zerosLike(input);
  if (rate <= 0) return input;
  return tf.mul(input, maskOf(tf, draws, noiseShape(layer.getNoiseShape(input), input), rate));
};

/** Zero for a share of `rate`, 0 < rate < 1, and 1 / (1 - rate) for the rest; float32 of that shape. */
export function maskOf(tf: TensorFlow, draws: Draws, shape: readonly number[], rate: number): Tensor {
  return tf.mul(tf.cast(tf.greaterEqual(draws.uniform(shape), rate), "float32"), 1 / (1 - rate));
}

/** A noise shape with the input's dimensions where it names none. */
export function noiseShape(shape: (number | null)[] | null | undefined, input: Tensor): number[] {
  return shape ? shape.map((dim, i) => dim ?? (input.shape[i] as number)) : input.shape;
}
