import type * as tfjs from "@tensorflow/tfjs";
import type { Tensor } from "../tensorflow.js";
import type { Loss } from "./loss.js";

/**
 * Cross-entropy between 0-or-1 targets and unscaled logits, mean over the last dimension. Same values as Keras'
 * `BinaryCrossentropy(from_logits=True)`.
 */
export const binaryCrossentropy: Loss = {
  name: "binaryCrossentropy",
  activation: "sigmoid",
  targets: (output) => ({ dtype: "float32", shape: output, classes: null }),

  values(tf, targets, output) {
    const loss = tf.customGrad((x: unknown, save: unknown) => {
      const logits = x as Tensor;
      (save as tfjs.GradSaveFunc)([logits]);
      // max(x, 0) - x z + log(1 + exp(-|x|)): no exponential of a large number.
      const tail = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
      return {
        value: tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), tail),
        gradFunc: (dy: Tensor, saved: Tensor[]) =>
          tf.mul(dy, tf.sub(tf.sigmoid(saved[0] as Tensor), targets)),
      };
    });
    return tf.mean(loss(output) as Tensor, -1);
  },
};
