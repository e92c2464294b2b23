import type { Layer } from "../model/every-layer.js";
import type { TrainingCall } from "./training-call.js";

/** Adds normal noise, as Keras' GaussianNoise. */
export const gaussianNoise: TrainingCall<Layer & { stddev: number }> = (tf, { stddev }, input, draws) =>
  tf.add(input, tf.mul(draws.normal(input.shape), stddev));
