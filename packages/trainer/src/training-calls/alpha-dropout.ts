import type { Layer } from "../model/every-layer.js";
import { noiseShape } from "./dropout.js";
import type { TrainingCall } from "./training-call.js";

/** -alpha · scale of SELU: what a dropped unit saturates to. */
const SATURATION = -1.6732632423543772 * 1.0507009873554805;

/** Drops to SELU's negative saturation and keeps mean and variance (Klambauer et al. 2017), as Keras' AlphaDropout. */
export const alphaDropout: TrainingCall<Layer & { rate: number; noiseShape?: (number | null)[] }> = (
  tf,
  layer,
  input,
  draws,
) => {
  const { rate } = layer;
  if (rate <= 0 || rate >= 1) return input;
  const kept = tf.greaterEqual(draws.uniform(noiseShape(layer.noiseShape, input)), rate);
  const mask = tf.cast(kept, "float32");
  const a = ((1 - rate) * (1 + rate * SATURATION ** 2)) ** -0.5;
  // a · (x · mask + saturation · (1 - mask)) + b, with b = -a · saturation · rate.
  const offset = tf.add(tf.mul(mask, -a * SATURATION), a * SATURATION * (1 - rate));
  return tf.add(tf.mul(input, tf.mul(mask, a)), offset);
};
