import type { NodeOrtRuntime } from "@congruent/core";
import type { ExportGraph } from "@congruent/core/schemas";
import { load, type Model } from "@congruent/runtime";
import type { GraphTimer } from "./graph-timer.js";
import { noise } from "./noise.js";

/** Runs of each session before the first turn. */
const WARM_UP = 50;

/** All graphs are open in this process, so that what the machine does besides reaches all alike. */
export function timedInNode(runtime: NodeOrtRuntime): GraphTimer {
  return {
    runtime,
    browser: null,
    turns: `the same process, after ${WARM_UP} runs of each graph`,
    async open(graphs, sampleDims) {
      const pixels = noise([1, ...sampleDims]);
      const sessions = new Map<ExportGraph, Model>();
      for (const { graph, path } of graphs) sessions.set(graph, await load(path, { runtime }));
      const turn = async (graph: ExportGraph, runs: number) => {
        const session = sessions.get(graph) as Model;
        const each: number[] = [];
        for (let run = 0; run < runs; run++) {
          const start = performance.now();
          await session.run({ pixels });
          each.push(performance.now() - start);
        }
        return each;
      };
      for (const { graph } of graphs) await turn(graph, WARM_UP);
      return {
        versions: [...sessions.values()][0]?.versions ?? {},
        turn,
        async close() {
          for (const session of sessions.values()) await session.close();
        },
      };
    },
  };
}
