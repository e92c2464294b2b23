import type { ScheduleConfig } from "@congruent/core/schemas";
import type { Schedule, ScheduleContext } from "./schedule.js";

/** `torch.optim.lr_scheduler.StepLR`, stepped once an epoch: the rate times `gamma` every `stepSize` epochs. */
export function step(
  { stepSize, gamma }: Extract<ScheduleConfig, { name: "step" }>,
  { learningRate, stepsPerEpoch }: ScheduleContext,
): Schedule {
  return (at) => learningRate * gamma ** Math.floor(Math.floor(at / stepsPerEpoch) / stepSize);
}
