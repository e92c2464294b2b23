import type { Loss } from "./loss.js";

/** Squared differences, mean over the last dimension, as Keras' `MeanSquaredError`. */
export const meanSquaredError: Loss = {
  name: "meanSquaredError",
  activation: null,
  targets: (output) => ({ dtype: "float32", shape: output, classes: null }),
  values: (tf, targets, output) => tf.mean(tf.squaredDifference(output, targets), -1),
};
