/** The latency of several files of one network, in ratios: they take turns on one runtime. */
import { CongruentError, median, medianInterval, type Tensor, whatOf } from "@congruent/core";
import type { ExportBenchRuntime, ExportGraph, GraphRatio } from "@congruent/core/schemas";
import type { Runner, RunnerJob } from "@congruent/parity";

export interface MeasureGraphsOptions {
  runner: Runner;
  /** The files. */
  graphs: readonly { graph: ExportGraph; path: string }[];
  /** Which are compared. */
  pairs: readonly (readonly [ExportGraph, ExportGraph])[];
  rounds: number;
  /** Inputs of so many samples, each of which is run by itself. */
  inputs(samples: number): Record<string, Tensor>;
  webApp: string | null;
  timeoutMs: number;
}

/** Runs that show how many fit into a turn; they do not count otherwise. */
const FIRST_RUNS = 30;
/** About how long the runs of a turn take, in milliseconds. */
const TURN_MS = 1000;
const RUNS = { least: 30, most: 500 };
/** The first runs of a turn, a part of all, are left out: kernels are chosen and buffers found in them. */
const WARM_UP = 0.25;

/** How reports describe the warm-up. */
export const GRAPHS_WARM_UP = "the first quarter of the runs of each process or page";

/** Lets the files take turns, each time in a process or page of its own, and compares them round by round. */
export async function measureGraphs(options: MeasureGraphsOptions): Promise<ExportBenchRuntime> {
  const { runner, graphs, pairs, rounds } = options;
  const result: ExportBenchRuntime = {
    runtime: runner.runtime,
    browser: runner.browser,
    status: "measured",
    reason: null,
    versions: {},
    graphs: [],
    ratios: [],
  };
  const times = new Map<ExportGraph, number[]>(graphs.map(({ graph }) => [graph, []]));
  try {
    const { runs, versions } = await firstTurn(options);
    result.versions = versions;
    for (let round = 0; round < rounds; round++) {
      // Another one begins each time, so that no one always follows the same neighbor.
      for (let turn = 0; turn < graphs.length; turn++) {
        const { graph, path } = graphs[(round + turn) % graphs.length] as (typeof graphs)[number];
        const { each } = await turnOf(options, path, runs);
        times.get(graph)?.push(median(each.slice(Math.floor(runs * WARM_UP))));
      }
    }
  } catch (error) {
    const absent = error instanceof CongruentError && error.exit === 3;
    return { ...result, status: absent ? "unavailable" : "failed", reason: whatOf(error) };
  }
  return {
    ...result,
    graphs: graphs.map(({ graph }) => ({ graph, milliseconds: median(times.get(graph) ?? []) })),
    ratios: pairs.map(([graph, to]) => ratioOf(graph, to, times)),
  };
}

function ratioOf(
  graph: ExportGraph,
  to: ExportGraph,
  times: ReadonlyMap<ExportGraph, readonly number[]>,
): GraphRatio {
  const [own, other] = [times.get(graph) ?? [], times.get(to) ?? []];
  const rounds = own.map((time, round) => time / (other[round] as number));
  return { graph, to, rounds, median: median(rounds), interval: medianInterval(rounds) };
}

/** How many runs make a turn. */
async function firstTurn(options: MeasureGraphsOptions) {
  const [first] = options.graphs;
  const { each, versions } = await turnOf(options, first?.path ?? "", FIRST_RUNS);
  const wanted = Math.ceil(TURN_MS / median(each.slice(FIRST_RUNS / 2)));
  return { runs: Math.min(RUNS.most, Math.max(RUNS.least, wanted)), versions };
}

async function turnOf(
  { runner, inputs, webApp, timeoutMs }: MeasureGraphsOptions,
  modelPath: string,
  runs: number,
): Promise<{ each: number[]; versions: Record<string, string> }> {
  const job: RunnerJob = {
    ...{ modelPath, layersDirectory: null, webApp, cap: null, timeoutMs, timed: true },
    inputs: inputs(runs),
    batching: { mode: "fixed", size: 1 },
  };
  const { timings, versions } = await runner.run(job);
  if (timings?.runs.length === runs) return { each: timings.runs, versions };
  throw new CongruentError({
    code: "E_BENCH_RUNTIME",
    what: `${runner.runtime} tells the times of ${timings?.runs.length ?? 0} runs of ${runs}`,
  });
}
