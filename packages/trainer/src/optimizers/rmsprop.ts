import type { OptimizerConfig } from "@congruent/core/schemas";
import { FLOAT_T, floatConstant } from "../graph/float-operators.js";
import { attribute } from "../graph/graph-builder.js";
import { required, type UpdateRule } from "./optimizer.js";

/**
 * RMSprop as `keras.optimizers.RMSprop` (Keras 3): epsilon is inside the square root, and the momentum
 * accumulates whole steps. TensorFlow's operator keeps the momentum also where it is 0.
 */
export function rmsprop(config: Extract<OptimizerConfig, { name: "rmsprop" }>): UpdateRule {
  const { rho, momentum, epsilon, centered } = config;
  const slots = centered ? ["averageGradient", "velocity", "momentum"] : ["velocity", "momentum"];
  return {
    slots,
    scalars: () => ({}),

    applyInGraph(builder, { name, variable, slots: handles, scalars, gradient, after }) {
      const constant = (key: string, value: number) =>
        floatConstant(builder, `${name}/rmsprop/${key}`, value);
      return builder.add(
        centered ? "ResourceApplyCenteredRMSProp" : "ResourceApplyRMSProp",
        `${name}/rmsprop`,
        [
          variable,
          ...slots.map((slot) => required(handles, slot)),
          required(scalars, "learningRate"),
          constant("rho", rho),
          constant("momentum", momentum),
          constant("epsilon", epsilon),
          gradient,
        ],
        { ...FLOAT_T, use_locking: attribute.bool(false) },
        after,
      );
    },

    applyEagerly(tf, { weight, slots: old, scalars, gradient }) {
      const moving = (slot: string, value: typeof gradient) =>
        tf.add(tf.mul(required(old, slot), rho), tf.mul(value, 1 - rho));
      const velocity = moving("velocity", tf.square(gradient));
      const averageGradient = centered ? moving("averageGradient", gradient) : undefined;
      const variance = averageGradient ? tf.sub(velocity, tf.square(averageGradient)) : velocity;
      const step = tf.div(
        tf.mul(gradient, required(scalars, "learningRate")),
        tf.sqrt(tf.add(variance, epsilon)),
      );
      const gathered = tf.add(tf.mul(required(old, "momentum"), momentum), step);
      return {
        weight: tf.sub(weight, gathered),
        slots: { velocity, momentum: gathered, ...(averageGradient && { averageGradient }) },
      };
    },
  };
}
