import type { ScheduleConfig } from "@congruent/core/schemas";
import { constant } from "./constant.js";
import { cosine } from "./cosine.js";
import { oneCycle } from "./one-cycle.js";
import type { Schedule, ScheduleContext } from "./schedule.js";
import { step } from "./step.js";

/** One file for each schedule that a recipe can name. */
const schedules: {
  [N in ScheduleConfig["name"]]: (
    config: Extract<ScheduleConfig, { name: N }>,
    context: ScheduleContext,
  ) => Schedule | null;
} = { constant, cosine, oneCycle, step };

/**
 * The learning rates of a recipe's schedule; null for `constant`, where the optimizer and the callbacks decide.
 *
 * @example
 * ```ts
 * const halving = scheduleOf({ name: "step", stepSize: 1, gamma: 0.5 }, { learningRate: 1, stepsPerEpoch: 10, epochs: 3 });
 * [0, 9, 10, 29].map(halving); // => [1, 1, 0.5, 0.25]
 * ```
 */
export function scheduleOf(config: ScheduleConfig, context: ScheduleContext): Schedule | null {
  return schedules[config.name](config as never, context);
}
