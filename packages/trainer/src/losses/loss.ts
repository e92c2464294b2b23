import type { WithheldActivation } from "@congruent/layers";
import type { Tensor, TensorFlow } from "../tensorflow.js";

/** The targets of one output. */
export interface Targets {
  dtype: "int32" | "float32";
  /** Of one example. */
  shape: readonly number[];
  /** Integers from 0 up to here, exclusive; null where any number is allowed. */
  classes: number | null;
}

export interface Loss {
  name: string;
  /** The loss takes what this activation would be applied to; null where it takes the model's output as it is. */
  activation: WithheldActivation | null;
  /** @param output shape of one example's output */
  targets(output: readonly number[]): Targets;
  /**
   * One float32 value for each example, or for each place of an example.
   *
   * @param targets [batch, ...] as `targets` says
   * @param output [batch, ...]: the model's output, or what its activation would be applied to
   */
  values(tf: TensorFlow, targets: Tensor, output: Tensor): Tensor;
}
