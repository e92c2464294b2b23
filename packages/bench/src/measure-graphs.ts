/** The latency of several files of one network, in ratios: they take turns on one runtime. */
import { CongruentError, median, medianInterval, whatOf } from "@congruent/core";
import type { ExportBenchRuntime, ExportGraph, GraphRatio } from "@congruent/core/schemas";
import type { GraphFile, GraphTimer, OpenGraphs } from "./graph-timer.js";

export interface MeasureGraphsOptions {
  timer: GraphTimer;
  graphs: readonly GraphFile[];
  /** Which are compared. */
  pairs: readonly (readonly [ExportGraph, ExportGraph])[];
  rounds: number;
  /** Of one sample. */
  sampleDims: readonly number[];
}

/** Runs that show how many fit into a turn; they do not count otherwise. */
const FIRST_RUNS = 30;
/** About how long the runs of a turn take, in milliseconds. */
const TURN_MS = 500;
const RUNS = { least: 20, most: 400 };

/** Lets the files take turns, and compares them round by round. */
export async function measureGraphs(options: MeasureGraphsOptions): Promise<ExportBenchRuntime> {
  const { timer, graphs, pairs, sampleDims } = options;
  const { runtime, browser, turns } = timer;
  const result: ExportBenchRuntime = {
    ...{ runtime, browser, turns, status: "measured", reason: null, versions: {}, graphs: [], ratios: [] },
  };
  let open: OpenGraphs | undefined;
  try {
    open = await timer.open(graphs, sampleDims);
    const times = await takeTurns(open, options);
    result.versions = open.versions;
    result.graphs = graphs.map(({ graph }) => ({ graph, milliseconds: median(times.get(graph) ?? []) }));
    result.ratios = pairs.map(([graph, to]) => ratioOf(graph, to, times));
  } catch (error) {
    const absent = error instanceof CongruentError && error.exit === 3;
    return { ...result, status: absent ? "unavailable" : "failed", reason: whatOf(error) };
  } finally {
    await open?.close();
  }
  return result;
}

/** The median run of each turn, by graph. */
async function takeTurns(open: OpenGraphs, { graphs, rounds }: MeasureGraphsOptions) {
  const [first] = graphs as [GraphFile];
  const guess = median(await open.turn(first.graph, FIRST_RUNS));
  const runs = Math.min(RUNS.most, Math.max(RUNS.least, Math.ceil(TURN_MS / guess)));
  const times = new Map<ExportGraph, number[]>(graphs.map(({ graph }) => [graph, []]));
  for (let round = 0; round < rounds; round++) {
    // Another one begins each time, so that no one always follows the same neighbor.
    for (let turn = 0; turn < graphs.length; turn++) {
      const { graph } = graphs[(round + turn) % graphs.length] as GraphFile;
      times.get(graph)?.push(median(await open.turn(graph, runs)));
    }
  }
  return times;
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
