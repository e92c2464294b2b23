import type { RuntimeId } from "@congruent/core";
import { webApp } from "../inputs/web-app.js";
import { positive, wholeNumber } from "../options/numbers.js";
import { runtimeList } from "../options/runtimes.js";
import { note } from "../output/output.js";
import { type CommonOptions, defineVerb, reported } from "../verb.js";

interface BenchExportOptions extends CommonOptions {
  rounds: number;
  exportRounds: number;
  runtimes?: RuntimeId[];
  maxSeconds?: number;
  maxRatio?: number;
  maxMedian?: number;
  timeout: number;
}

export const benchExport = defineVerb<[networks: string[]], BenchExportOptions>({
  name: "bench export",
  description: "time of the export beside tf2onnx, and latency of both graphs on node-cpu and web-wasm",
  examples: [
    "congruent bench export lenet --rounds 0",
    "congruent bench export --max-seconds 1 --max-ratio 1.02 --max-median 1 --report export.md",
  ],
  reports: true,
  configure: (command) =>
    command
      .argument("[networks...]", "names of the zoo's networks (default: all)")
      .option(
        "--rounds <n>",
        "turns of each graph on each runtime, six or more for an interval; 0 leaves latencies out",
        wholeNumber("--rounds", 0),
        10,
      )
      .option("--runtimes <a,b>", "where graphs are timed (default: node-cpu,web-wasm)", runtimeList)
      .option("--export-rounds <n>", "turns of each exporter", wholeNumber("--export-rounds"), 3)
      .option(
        "--max-seconds <x>",
        "exit with 1 where a native export takes longer",
        positive("--max-seconds"),
      )
      .option(
        "--max-ratio <x>",
        "exit with 1 where the interval of a latency, as a part of tf2onnx's, begins above x",
        positive("--max-ratio"),
      )
      .option(
        "--max-median <x>",
        "exit with 1 where the median of these ratios over all networks is above x",
        positive("--max-median"),
      )
      .option("--timeout <s>", "seconds that each process may take", wholeNumber("--timeout"), 300),
  async run([networks], { rounds, exportRounds, runtimes, maxSeconds, maxRatio, maxMedian, timeout }) {
    const { provisionEnvironment } = await import("@congruent/toolchain");
    note("the environment of tf2onnx …");
    await provisionEnvironment("export", () => undefined);
    const bench = await import("@congruent/bench");
    const result = await bench.benchExport({
      ...(networks.length > 0 && { networks }),
      rounds,
      exportRounds,
      runtimes,
      webApp: webApp(),
      timeoutMs: timeout * 1000,
      onProgress: note,
    });
    const goals = {
      ...(maxSeconds !== undefined && { maxSeconds }),
      ...(maxRatio !== undefined && { maxRatio }),
      ...(maxMedian !== undefined && { maxMedian }),
    };
    return { report: reported("exportBench", result, goals) };
  },
});
