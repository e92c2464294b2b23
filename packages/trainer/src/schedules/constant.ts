import type { Schedule, ScheduleContext } from "./schedule.js";

/** The optimizer's learning rate, always. */
export function constant(_config: { name: "constant" }, { learningRate }: ScheduleContext): Schedule {
  return () => learningRate;
}
