import type { Loss } from "./loss.js";

/** Absolute differences, mean over the last dimension, as Keras' `MeanAbsoluteError`. */
export const meanAbsoluteError: Loss = {
  name: "meanAbsoluteError",
  activation: null,
  targets: (output) => ({ dtype: "float32", shape: output, classes: null }),
  values: (tf, targets, output) => tf.mean(tf.abs(tf.sub(output, targets)), -1),
};
