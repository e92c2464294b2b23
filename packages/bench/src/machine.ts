import { availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";
import type { TrainBench } from "@congruent/core/schemas";

/** Threads that every contender computes with. */
export const threads = availableParallelism();

/** Load average over the last minute. */
export function load(): number {
  return loadavg()[0] as number;
}

/** What the figures were measured on. */
export function machineFacts(before: number): TrainBench["machine"] {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model ?? "unknown",
    cores: cpus().length,
    memoryBytes: totalmem(),
    platform: `${platform()} ${release()}`,
    load: [before, load()],
  };
}
