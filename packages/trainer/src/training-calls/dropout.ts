import type { Layer } from "../every-layer.js";
import type { Tensor } from "../tensorflow.js";
import type { TrainingCall } from "./training-call.js";

type DropoutLayer = Layer & {
  rate: number;
  /** null without a noise shape; entries that are null follow the input. */
  getNoiseShape(input: Tensor): (number | null)[] | null | undefined;
};

/** Sets a share of `rate` to zero and scales the rest by 1 / (1 - rate), as Keras' Dropout (and SpatialDropout1D). */
export const dropout: TrainingCall<DropoutLayer> = (tf, layer, input, draws) => {
  const { rate } = layer;
  // tfjs leaves everything at a rate of 1, Keras nothing: nothing is what the rate says.
  if (rate >= 1) return tf.zerosLike(input);
  if (rate <= 0) return input;
  const kept = tf.greaterEqual(draws.uniform(noiseShape(layer.getNoiseShape(input), input)), rate);
  return tf.mul(input, tf.mul(tf.cast(kept, "float32"), 1 / (1 - rate)));
};

/** A noise shape with the input's dimensions where it names none. */
export function noiseShape(shape: (number | null)[] | null | undefined, input: Tensor): number[] {
  return shape ? shape.map((dim, i) => dim ?? (input.shape[i] as number)) : input.shape;
}
