import type { Metric } from "./metric.js";

/**
 * Share of right decisions: the largest score against an integer label or the largest of a distribution; against 0
 * or 1, whether the output is above one half.
 */
export const accuracy: Metric = {
  name: "accuracy",
  values(tf, { targets, kind, scores, predictions }) {
    if (kind.classes !== null) return tf.cast(tf.equal(tf.argMax(scores, -1), targets), "float32");
    if (kind.shape.at(-1) === 1) {
      const positive = tf.cast(tf.greater(predictions(), 0.5), "float32");
      return tf.cast(tf.equal(positive, targets), "float32");
    }
    return tf.cast(tf.equal(tf.argMax(scores, -1), tf.argMax(targets, -1)), "float32");
  },
};
