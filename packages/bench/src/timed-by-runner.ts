import { CongruentError } from "@congruent/core";
import type { Runner } from "@congruent/parity";
import type { GraphTimer } from "./graph-timer.js";
import { noise } from "./noise.js";

/** The first runs of each process or page, as a part of those that count: kernels are chosen and buffers found in them. */
const WARM_UP = 0.3;

/** Each turn is a process or page of its own, as a parity check runs it. */
export function timedByRunner(
  runner: Runner,
  { webApp, timeoutMs }: { webApp: string | null; timeoutMs: number },
): GraphTimer {
  return {
    runtime: runner.runtime,
    browser: runner.browser,
    turns: "a process or page of its own, whose first runs are left out",
    async open(graphs, sampleDims) {
      const versions: Record<string, string> = {};
      return {
        versions,
        async turn(graph, runs) {
          const warmUp = Math.ceil(runs * WARM_UP);
          const found = await runner.run({
            modelPath: graphs.find((each) => each.graph === graph)?.path ?? "",
            inputs: { pixels: noise([warmUp + runs, ...sampleDims]) },
            batching: { mode: "fixed", size: 1 },
            ...{ layersDirectory: null, webApp, cap: null, timeoutMs, timed: true },
          });
          Object.assign(versions, found.versions);
          const each = found.timings?.runs.slice(warmUp) ?? [];
          if (each.length === runs) return each;
          throw new CongruentError({
            code: "E_BENCH_RUNTIME",
            what: `${runner.runtime} tells the times of ${each.length} runs of ${runs}`,
          });
        },
        close: async () => undefined,
      };
    },
  };
}
