import type { ScheduleConfig } from "@congruent/core/schemas";
import type { Schedule, ScheduleContext } from "./schedule.js";

/**
 * `keras.optimizers.schedules.CosineDecay`: half a cosine from the highest rate down to `alpha` times it, after a
 * linear warm-up from `initialLearningRate` to `warmupTarget`. Defaults: the highest rate is the optimizer's;
 * the warm-up begins at 0; the decay takes all steps after the warm-up.
 */
export function cosine(
  config: Extract<ScheduleConfig, { name: "cosine" }>,
  { learningRate, stepsPerEpoch, epochs }: ScheduleContext,
): Schedule {
  const { alpha, warmupSteps } = config;
  const warmsUp = warmupSteps > 0 || config.warmupTarget !== undefined;
  const initial = config.initialLearningRate ?? (warmsUp ? 0 : learningRate);
  const highest = warmsUp ? (config.warmupTarget ?? learningRate) : initial;
  const decaySteps = config.decaySteps ?? Math.max(1, stepsPerEpoch * epochs - warmupSteps);
  return (step) => {
    if (step < warmupSteps) return initial + (highest - initial) * (step / warmupSteps);
    const completed = Math.min(step - warmupSteps, decaySteps) / decaySteps;
    return highest * ((1 - alpha) * 0.5 * (1 + Math.cos(Math.PI * completed)) + alpha);
  };
}
