import type { RuntimeId } from "@congruent/core";
import { webApp } from "../inputs/web-app.js";
import { positive, wholeNumber } from "../options/numbers.js";
import { runtimeList } from "../options/runtimes.js";
import { note } from "../output/output.js";
import { makePeerEnvironment } from "../processes/peer-environment.js";
import { type CommonOptions, defineVerb, reported } from "../verb.js";

interface BenchInferOptions extends CommonOptions {
  runtimes?: RuntimeId[];
  rounds: number;
  evaluationRounds: number;
  maxRatio?: number;
  timeout: number;
}

export const benchInfer = defineVerb<[models: string[]], BenchInferOptions>({
  name: "bench infer",
  description:
    "latency, throughput, loading and size on every runtime; evaluation against Python's onnxruntime",
  examples: [
    "congruent bench infer models/lenet/model.onnx",
    "congruent bench infer models/lenet/model.onnx --runtimes node-cpu,web-wasm --evaluation-rounds 0",
    "congruent bench infer models/*/model.onnx --report infer.json --report infer.html",
  ],
  reports: true,
  configure: (command) =>
    command
      .argument("<models...>", "ONNX files with a card")
      .option(
        "--runtimes <a,b>",
        "these, none of which may be absent (default: all that are there)",
        runtimeList,
      )
      .option(
        "--rounds <n>",
        "processes or pages for each runtime and batch size",
        wholeNumber("--rounds"),
        3,
      )
      .option(
        "--evaluation-rounds <n>",
        "turns of the evaluation against Python; 0 leaves it out",
        wholeNumber("--evaluation-rounds", 0),
        5,
      )
      .option(
        "--max-ratio <x>",
        "exit with 1 when evaluation takes more than x times Python's time",
        positive("--max-ratio"),
      )
      .option("--timeout <s>", "seconds that each process may take", wholeNumber("--timeout"), 300),
  async run([models], { evaluationRounds, rounds, runtimes, maxRatio, timeout }) {
    if (evaluationRounds > 0) await makePeerEnvironment("Python's onnxruntime");
    const bench = await import("@congruent/bench");
    const result = await bench.benchInfer({
      models,
      runtimes,
      rounds,
      evaluationRounds,
      webApp: webApp(),
      timeoutMs: timeout * 1000,
      onProgress: note,
    });
    return { report: reported("inferBench", result, maxRatio === undefined ? {} : { maxRatio }) };
  },
});
