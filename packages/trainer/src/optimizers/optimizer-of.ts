import { CongruentError } from "@congruent/core";
import type { OptimizerConfig } from "@congruent/core/schemas";
import { FLOAT_DTYPE, floatConstant, floatOperator } from "../graph/float-operators.js";
import type { GraphBuilder, Ref } from "../graph/graph-builder.js";
import type { Schedule } from "../schedules/schedule.js";
import { clippingOf } from "./clip.js";
import { rules } from "./index.js";
import type { EagerResult, Optimizer, UpdateRule } from "./optimizer.js";
import { required } from "./optimizer.js";

/** The slot with the averaged weights. */
const AVERAGE = "average";

/**
 * The optimizer that a recipe describes: its update rule, and what all optimizers share, in Keras' order: clipping
 * of the gradients, weight decay, the rule, averaging.
 *
 * @param schedule the learning rate of each step; the configured one, which may be changed later, without a schedule
 * @example
 * ```ts
 * const config = recipeSchema.shape.optimizer.parse({ name: "adam", ema: {} });
 * optimizerOf(config).slots; // => ["m", "v", "average"]
 * optimizerOf(config, (step) => 0.1 / (step + 1)).learningRateAt(2); // => 0.05
 * ```
 */
export function optimizerOf(config: OptimizerConfig, schedule: Schedule | null = null): Optimizer {
  const rule = rules[config.name](config as never) as UpdateRule;
  const clip = clippingOf(config);
  const decay = config.weightDecay ?? 0;
  const average = config.ema ? AVERAGE : null;
  let learningRate = config.learningRate;
  const learningRateAt = (step: number) => (schedule ? schedule(step - 1) : learningRate);
  return {
    name: config.name,
    slots: average ? [...rule.slots, average] : rule.slots,
    average,
    scheduled: schedule !== null,
    learningRateAt,
    setLearningRate(value) {
      if (schedule) throw scheduled();
      learningRate = value;
    },
    scalars: (step) => ({
      learningRate: learningRateAt(step),
      ...rule.scalars(step),
      // As in Keras: after the first step the average is the weight itself.
      ...(config.ema && { averageMomentum: step === 1 ? 0 : config.ema.momentum }),
    }),

    applyInGraph(builder, updates, scalars) {
      const raw = updates.map(({ gradient }) => gradient);
      const gradients = clip ? clip.clipping.inGraph(builder, raw, clip.limit) : raw;
      return updates.map((update, i) => {
        const gradient = gradients[i] as Ref;
        // A weight changes only after its value was read, which is the old one for all that use it: where the gradient is
        // computed without it (a last layer under a loss that is linear), the layers before it may still have to.
        const after = [update.value, ...(decay > 0 ? [decayed(builder, update, decay, scalars)] : [])];
        const done = rule.applyInGraph(builder, { ...update, gradient, scalars, after });
        return average ? averaged(builder, update, scalars, done) : done;
      });
    },

    applyEagerly(tf, updates, scalars) {
      const raw = updates.map(({ gradient }) => gradient);
      const gradients = clip ? clip.clipping.eagerly(tf, raw, clip.limit) : raw;
      return updates.map(({ weight: before, slots }, i): EagerResult => {
        const gradient = gradients[i] as (typeof gradients)[number];
        const rate = required(scalars, "learningRate");
        const weight = decay > 0 ? tf.sub(before, tf.mul(tf.mul(before, decay), rate)) : before;
        const result = rule.applyEagerly(tf, { weight, slots, scalars, gradient });
        if (!average) return result;
        const momentum = required(scalars, "averageMomentum");
        const moved = tf.add(tf.mul(required(slots, AVERAGE), momentum), tf.mul(result.weight, 1 - momentum));
        return { weight: result.weight, slots: { ...result.slots, [AVERAGE]: moved } };
      });
    },
  };
}

/** weight -= weight * decay * learningRate. */
function decayed(
  builder: GraphBuilder,
  { name, variable, value, gradient }: { name: string; variable: Ref; value: Ref; gradient: Ref },
  decay: number,
  scalars: Record<string, Ref>,
): Ref {
  const share = floatOperator(builder, "Mul", `${name}/decay/share`, [
    value,
    floatConstant(builder, `${name}/decay/rate`, decay),
  ]);
  const change = floatOperator(builder, "Mul", `${name}/decay/change`, [
    share,
    required(scalars, "learningRate"),
  ]);
  return builder.add("AssignSubVariableOp", `${name}/decay`, [variable, change], FLOAT_DTYPE, [gradient]);
}

/** average = momentum * average + (1 - momentum) * weight, with the weight as it is after the update. */
function averaged(
  builder: GraphBuilder,
  { name, variable, slots }: { name: string; variable: Ref; slots: Record<string, Ref> },
  scalars: Record<string, Ref>,
  update: Ref,
): Ref {
  const momentum = required(scalars, "averageMomentum");
  const slot = required(slots, AVERAGE);
  const weight = builder.add("ReadVariableOp", `${name}/average/weight`, [variable], FLOAT_DTYPE, [update]);
  const before = builder.add("ReadVariableOp", `${name}/average/before`, [slot], FLOAT_DTYPE);
  const one = floatConstant(builder, `${name}/average/one`, 1);
  const kept = floatOperator(builder, "Mul", `${name}/average/kept`, [before, momentum]);
  const rest = floatOperator(builder, "Sub", `${name}/average/rest`, [one, momentum]);
  const added = floatOperator(builder, "Mul", `${name}/average/added`, [weight, rest]);
  const after = floatOperator(builder, "AddV2", `${name}/average/after`, [kept, added]);
  return builder.add("AssignVariableOp", `${name}/average/assign`, [slot, after], FLOAT_DTYPE);
}

function scheduled(): CongruentError {
  return new CongruentError({
    code: "E_SCHEDULE",
    what: "the learning rate cannot be changed: a schedule decides it",
    expected: "either a schedule or a callback that changes the learning rate",
    fix: "leave out the recipe's schedule or its reduceLROnPlateau",
  });
}
