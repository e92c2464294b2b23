/** Two ways of running compared in time: they take turns, as a machine is not equally fast from minute to minute. */
import type { RunnerJob, RunnerResult } from "./runner.js";

export interface Latency {
  /** Time of the second as a part of the first's: below 1 is faster. */
  ratio: number;
  firstMs: number;
  secondMs: number;
  rounds: number;
}

/** Runs of each. */
const ROUNDS = 3;

/** A batch large enough for its time to count. */
const TIMED_SAMPLES = 64;

/** A job of which only the time of its last batch matters. */
export function timedJob<J extends Pick<RunnerJob, "cap">>(job: J): J & Pick<RunnerJob, "timed" | "history"> {
  return { ...job, cap: Math.min(job.cap ?? TIMED_SAMPLES, TIMED_SAMPLES), timed: true, history: "again" };
}

/**
 * The medians of some rounds, and their ratio; null where one of the two breaks, or is too fast to be timed.
 *
 * @example
 * ```ts
 * const taking = (ms) => async () => ({ timings: { load: 1, runs: [50, ms] } });
 * await latencyOf(taking(10), taking(5)); // => { ratio: 0.5, firstMs: 10, secondMs: 5, rounds: 3 }
 * ```
 */
export async function latencyOf(
  first: () => Promise<RunnerResult>,
  second: () => Promise<RunnerResult>,
): Promise<Latency | null> {
  const times: [number[], number[]] = [[], []];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      times[0].push(lastRun(await first()));
      times[1].push(lastRun(await second()));
    }
  } catch {
    // What breaks has no time to compare: its own cell says why.
    return null;
  }
  const [firstMs, secondMs] = [median(times[0]), median(times[1])];
  return firstMs > 0 && secondMs > 0
    ? { ratio: secondMs / firstMs, firstMs, secondMs, rounds: ROUNDS }
    : null;
}

/** Milliseconds of the last batch: the first ones compile. */
function lastRun({ timings, seconds }: RunnerResult): number {
  return timings?.runs.at(-1) ?? seconds * 1000;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
