import type { Targets } from "../losses/loss.js";
import type { Tensor, TensorFlow } from "../tensorflow.js";

/** What a metric sees of one output of a batch. */
export interface Measured {
  /** [batch, ...] */
  targets: Tensor;
  /** What `targets` are. */
  kind: Targets;
  /** The output, or unscaled logits: the same order among classes. */
  scores: Tensor;
  /** The model's output; computed from the scores when it is asked for. */
  predictions(): Tensor;
  /** The loss' value for each example or place. */
  losses: Tensor;
}

/** A number for each example or place; reported is the mean. Sample weights do not count, as in Keras' `metrics`. */
export interface Metric {
  /** Its key in the logs. */
  name: string;
  values(tf: TensorFlow, measured: Measured): Tensor;
}
