import type { Layer } from "../model/every-layer.js";
import type { TrainingCall } from "./training-call.js";

/** Multiplies by normal noise of mean 1 and variance rate / (1 - rate), as Keras' GaussianDropout. */
export const gaussianDropout: TrainingCall<Layer & { rate: number }> = (tf, { rate }, input, draws) => {
  if (rate <= 0 || rate >= 1) return input;
  return tf.mul(input, tf.add(tf.mul(draws.normal(input.shape), Math.sqrt(rate / (1 - rate))), 1));
};
