import { CongruentError, median, percentile, whatOf } from "@congruent/core";
import type { InferBenchRuntime } from "@congruent/core/schemas";
import type { Runner, RunnerJob } from "@congruent/parity";

/** Runs of each process: kernels are compiled and buffers found in the first ones, which do not count. */
const SIZES = [
  { batch: 1, warmUp: 20, runs: 200 },
  { batch: 64, warmUp: 3, runs: 30 },
] as const;

/** How reports describe the warm-up. */
export const RUNTIME_WARM_UP = SIZES.map(
  ({ batch, warmUp }) => `the first ${warmUp} runs of each process at batch ${batch}`,
).join(", ");

export interface MeasureRuntimesOptions {
  runners: readonly Runner[];
  /** Processes or pages for each runtime and batch size. */
  rounds: number;
  /** Whether a runtime that is absent is an error. */
  required: boolean;
  /** The work of several runs of one batch. */
  job(batch: number, runs: number): RunnerJob;
  onProgress?: (text: string) => void;
}

interface Entry {
  runner: Runner;
  result: InferBenchRuntime;
  loads: number[];
  /** By batch size, in the order of SIZES. */
  runs: number[][];
}

/**
 * Lets runtimes take turns, each time in a process or page of its own.
 *
 * @throws CongruentError `E_RUNTIME_UNAVAILABLE` where a required one is absent
 */
export async function measureRuntimes(options: MeasureRuntimesOptions): Promise<InferBenchRuntime[]> {
  const { runners, rounds, onProgress } = options;
  const entries = runners.map(entryOf);
  for (let round = 0; round < rounds; round++) {
    onProgress?.(`latency, round ${round + 1} of ${rounds}`);
    // Another one begins each time, so that no one always follows the same neighbor.
    for (let turn = 0; turn < entries.length; turn++) {
      const entry = entries[(round + turn) % entries.length] as Entry;
      if (entry.result.status === "measured") await takeTurn(entry, options);
    }
  }
  return entries.map(finished);
}

function entryOf(runner: Runner): Entry {
  return {
    runner,
    result: {
      runtime: runner.runtime,
      browser: runner.browser,
      status: "measured",
      reason: null,
      versions: {},
      adapter: null,
      threads: null,
      loadMs: null,
      batches: [],
    },
    loads: [],
    runs: SIZES.map(() => []),
  };
}

async function takeTurn(entry: Entry, { job, required }: MeasureRuntimesOptions): Promise<void> {
  const { runner, result, loads, runs } = entry;
  try {
    for (const [i, size] of SIZES.entries()) {
      const found = await runner.run(job(size.batch, size.warmUp + size.runs));
      const { timings } = found;
      if (!timings) throw new CongruentError({ code: "E_BENCH_RUNTIME", what: "it does not tell its times" });
      loads.push(timings.load);
      // A software adapter takes fewer samples: then half of what there is.
      const warmUp = Math.min(size.warmUp, Math.floor(timings.runs.length / 2));
      runs[i]?.push(...timings.runs.slice(warmUp));
      Object.assign(result, {
        versions: found.versions,
        adapter: found.adapter,
        threads: found.threads ?? null,
      });
    }
  } catch (error) {
    const absent = error instanceof CongruentError && error.exit === 3;
    if (absent && required) throw error;
    result.status = absent ? "unavailable" : "failed";
    result.reason = whatOf(error);
  }
}

function finished({ result, loads, runs }: Entry): InferBenchRuntime {
  if (result.status !== "measured") return result;
  return {
    ...result,
    loadMs: median(loads),
    batches: SIZES.map(({ batch }, i) => {
      const times = runs[i] ?? [];
      const total = times.reduce((sum, time) => sum + time, 0);
      return {
        batch,
        runs: times.length,
        p50Ms: percentile(times, 50),
        p95Ms: percentile(times, 95),
        imagesPerSecond: (batch * times.length * 1000) / total,
      };
    }),
  };
}
