import type { RuntimeId } from "@congruent/core";
import { InvalidArgumentError } from "commander";
import { wholeNumber } from "../numbers.js";
import { note, printJson } from "../output.js";
import { reportFiles } from "../report-files.js";
import { runtimeList } from "../runtimes.js";
import { printSheet } from "../sheet.js";
import { type CommonOptions, verb } from "../verb.js";
import { webApp } from "../web-app.js";

interface InferCliOptions extends CommonOptions {
  runtimes?: RuntimeId[];
  rounds: number;
  evaluationRounds: number;
  maxRatio?: number;
  timeout: number;
  report?: string[];
}

export const benchInfer = () =>
  verb(
    "infer",
    "latency, throughput, loading and size on every runtime; evaluation against Python's onnxruntime",
    [
      "congruent bench infer models/lenet/model.onnx",
      "congruent bench infer models/lenet/model.onnx --runtimes node-cpu,web-wasm --evaluation-rounds 0",
      "congruent bench infer models/*/model.onnx --report infer.json --report infer.html",
    ],
  )
    .argument("<models...>", "ONNX files with a card")
    .option(
      "--runtimes <a,b>",
      "these, none of which may be absent (default: all that are there)",
      runtimeList,
    )
    .option("--rounds <n>", "processes or pages for each runtime and batch size", wholeNumber("--rounds"), 3)
    .option(
      "--evaluation-rounds <n>",
      "turns of the evaluation against Python; 0 leaves it out",
      wholeNumber("--evaluation-rounds", 0),
      5,
    )
    .option("--max-ratio <x>", "exit with 1 when evaluation takes more than x times Python's time", ratio)
    .option("--timeout <s>", "seconds that each process may take", wholeNumber("--timeout"), 300)
    .option(
      "--report <file>",
      "write .json, .xml (JUnit), .html or .md; may be repeated",
      (file, files = []) => [...(files as string[]), file],
    )
    .action(async (models: string[], options: InferCliOptions) => {
      const report = await import("@congruent/report");
      const write = await reportFiles(options.report);
      const { evaluationRounds, rounds, runtimes, maxRatio } = options;
      if (evaluationRounds > 0) {
        const { provisionEnvironment } = await import("@congruent/toolchain");
        note("the environment of the peers (Python's onnxruntime) …");
        await provisionEnvironment("bench", () => undefined);
      }
      const { benchInfer } = await import("@congruent/bench");
      const result = await benchInfer({
        models,
        runtimes,
        rounds,
        evaluationRounds,
        webApp: webApp(),
        timeoutMs: options.timeout * 1000,
        onProgress: note,
      });
      const sheet = report.inferBenchSheet(result, maxRatio === undefined ? {} : { maxRatio });
      await write(({ renderSheet }, format) => renderSheet(sheet, format));
      process.exitCode = sheet.tone === "bad" ? 1 : 0;
      if (options.json) return printJson(result);
      printSheet(sheet);
    });

function ratio(text: string): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value > 0) return value;
  throw new InvalidArgumentError("--max-ratio takes a number above 0.");
}
