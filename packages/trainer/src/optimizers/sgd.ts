import type { OptimizerConfig } from "@congruent/core/schemas";
import { FLOAT_T, floatConstant } from "../graph/float-operators.js";
import { attribute } from "../graph/graph-builder.js";
import { required, type UpdateRule } from "./optimizer.js";

/**
 * Gradient descent as `keras.optimizers.SGD`: velocity = momentum * velocity - learningRate * gradient, added to
 * the weight; with `nesterov`, momentum * velocity - learningRate * gradient is added. The learning rate is inside
 * the velocity, unlike in PyTorch and in TensorFlow's own MomentumOptimizer.
 */
export function sgd(config: Extract<OptimizerConfig, { name: "sgd" }>): UpdateRule {
  return config.momentum === 0 ? plain : withMomentum(config.momentum, config.nesterov);
}

const plain: UpdateRule = {
  slots: [],
  scalars: () => ({}),

  applyInGraph: (builder, { name, variable, scalars, gradient, after }) =>
    builder.add(
      "ResourceApplyGradientDescent",
      `${name}/sgd`,
      [variable, required(scalars, "learningRate"), gradient],
      { ...FLOAT_T, use_locking: attribute.bool(false) },
      after,
    ),

  applyEagerly: (tf, { weight, scalars, gradient }) => ({
    weight: tf.sub(weight, tf.mul(gradient, required(scalars, "learningRate"))),
    slots: {},
  }),
};

function withMomentum(momentum: number, nesterov: boolean): UpdateRule {
  return {
    slots: ["momentum"],
    scalars: () => ({}),

    applyInGraph: (builder, { name, variable, slots, scalars, gradient, after }) =>
      builder.add(
        "ResourceApplyKerasMomentum",
        `${name}/sgd`,
        [
          variable,
          required(slots, "momentum"),
          required(scalars, "learningRate"),
          gradient,
          floatConstant(builder, `${name}/sgd/momentum`, momentum),
        ],
        { ...FLOAT_T, use_locking: attribute.bool(false), use_nesterov: attribute.bool(nesterov) },
        after,
      ),

    applyEagerly(tf, { weight, slots, scalars, gradient }) {
      const step = tf.mul(gradient, required(scalars, "learningRate"));
      const velocity = tf.sub(tf.mul(required(slots, "momentum"), momentum), step);
      const change = nesterov ? tf.sub(tf.mul(velocity, momentum), step) : velocity;
      return { weight: tf.add(weight, change), slots: { momentum: velocity } };
    },
  };
}
