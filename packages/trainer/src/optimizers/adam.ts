import type { OptimizerConfig } from "@congruent/core/schemas";
import { FLOAT_T, floatConstant } from "../graph/float-operators.js";
import { attribute } from "../graph/graph-builder.js";
import { required, type UpdateRule } from "./optimizer.js";

/**
 * Adam as Keras and TensorFlow compute it (Kingma & Ba 2015, the formulation before section 2.1): epsilon is
 * added to sqrt(v) and the bias correction is part of the learning rate. tfjs' own Adam corrects first.
 */
export function adam(config: Extract<OptimizerConfig, { name: "adam" | "adamw" }>): UpdateRule {
  const { beta1, beta2, epsilon } = config;
  return {
    slots: ["m", "v"],
    // Powers of the betas as float32 holds them, since the fused operator's own 1 - beta is of those too.
    scalars: (step) => ({
      beta1Power: Math.fround(beta1) ** step,
      beta2Power: Math.fround(beta2) ** step,
    }),

    applyInGraph(builder, { name, variable, slots, scalars, gradient, after }) {
      const constant = (key: string, value: number) => floatConstant(builder, `${name}/adam/${key}`, value);
      return builder.add(
        "ResourceApplyAdam",
        `${name}/adam`,
        [
          variable,
          required(slots, "m"),
          required(slots, "v"),
          required(scalars, "beta1Power"),
          required(scalars, "beta2Power"),
          required(scalars, "learningRate"),
          constant("beta1", beta1),
          constant("beta2", beta2),
          constant("epsilon", epsilon),
          gradient,
        ],
        { ...FLOAT_T, use_locking: attribute.bool(false), use_nesterov: attribute.bool(false) },
        after,
      );
    },

    applyEagerly(tf, { weight, slots, scalars, gradient }) {
      const correction =
        Math.sqrt(1 - required(scalars, "beta2Power")) / (1 - required(scalars, "beta1Power"));
      const m = tf.add(tf.mul(required(slots, "m"), beta1), tf.mul(gradient, 1 - beta1));
      const v = tf.add(tf.mul(required(slots, "v"), beta2), tf.mul(tf.square(gradient), 1 - beta2));
      const step = tf.div(m, tf.add(tf.sqrt(v), epsilon));
      const next = tf.sub(weight, tf.mul(step, required(scalars, "learningRate") * correction));
      return { weight: next, slots: { m, v } };
    },
  };
}
