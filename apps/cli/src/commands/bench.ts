import type { TrainBench } from "@congruent/core";
import { refuseUnwritable } from "@congruent/core/files";
import { Command } from "commander";
import { benchCsvVerb } from "../bench-csv.js";
import { collect } from "../collect.js";
import { wholeNumber } from "../numbers.js";
import { note, printJson, writeReport } from "../output.js";
import { reportFiles } from "../report-files.js";
import { printSheet } from "../sheet.js";
import { type CommonOptions, verb } from "../verb.js";
import { benchInfer } from "./bench-infer.js";

interface BenchCliOptions extends CommonOptions {
  rounds: number;
  turn: number;
  batchSize: number;
  timeout: number;
  report?: string[];
  figure?: string;
}

export const bench = () =>
  new Command("bench")
    .description("measure speed, in ratios")
    .addCommand(train())
    .addCommand(benchInfer())
    .addCommand(benchCsvVerb(makeEnvironment))
    .addCommand(sprint())
    .addCommand(profile());

const train = () =>
  verb("train", "time training steps against tfjs, Keras and PyTorch, interleaved in one run", [
    "congruent bench train lenet resnet --rounds 7",
    "congruent bench train --report bench.json --report bench.html",
  ])
    .argument("[networks...]", "keys of the zoo (default: those whose ratios are published)")
    .option("--rounds <n>", "how often the trainers take turns", wholeNumber("--rounds"), 5)
    .option("--turn <ms>", "about how long each turn takes, in milliseconds", wholeNumber("--turn"), 2000)
    .option("--batch-size <n>", "examples per step", wholeNumber("--batch-size"), 64)
    .option(
      "--timeout <s>",
      "seconds that a trainer may take for its start or a turn",
      wholeNumber("--timeout"),
      300,
    )
    .option("--report <file>", "write .json, .xml (JUnit), .html or .md; may be repeated", collect)
    .option("--figure <file>", "write the times as an SVG")
    .action(async (names: string[], options: BenchCliOptions) => {
      const report = await import("@congruent/report");
      const write = await reportFiles(options.report);
      if (options.figure) await refuseUnwritable(options.figure);
      const { BENCH_NETWORKS, benchTrain } = await import("@congruent/bench");
      const { architecture } = await import("@congruent/zoo");
      const networks = names.length > 0 ? names : BENCH_NETWORKS;
      for (const name of networks) architecture(name);
      await makeEnvironment();
      const result = await benchTrain({
        networks,
        rounds: options.rounds,
        batchSize: options.batchSize,
        blockMs: options.turn,
        timeoutMs: options.timeout * 1000,
        onProgress: note,
      });
      await write(({ renderTrainBench }, format) => renderTrainBench(result, format));
      if (options.figure) {
        await writeReport(options.figure, report.renderSvg(report.stepTimes(result), report.light));
      }
      process.exitCode = exitCode(result);
      if (options.json) return printJson(result);
      const sheet = report.trainBenchSheet(result);
      printSheet(sheet);
    });

interface SprintCliOptions extends CommonOptions {
  rounds: number;
  timeout: number;
  report?: string[];
}

const sprint = () =>
  verb("sprint", "time to 99 % test accuracy from process start, against Keras and PyTorch", [
    "congruent bench sprint --rounds 3",
  ])
    .option("--rounds <n>", "how many of the recipe's seeds", wholeNumber("--rounds"), 5)
    .option("--timeout <s>", "seconds that one training may take", wholeNumber("--timeout"), 600)
    .option("--report <file>", "write .json, .xml (JUnit), .html or .md; may be repeated", collect)
    .action(async (options: SprintCliOptions) => {
      const report = await import("@congruent/report");
      const write = await reportFiles(options.report);
      const { benchSprint } = await import("@congruent/bench");
      await makeEnvironment();
      const result = await benchSprint({
        rounds: options.rounds,
        timeoutMs: options.timeout * 1000,
        onProgress: note,
      });
      const sheet = report.sprintBenchSheet(result);
      await write(({ renderSheet }, format) => renderSheet(sheet, format));
      process.exitCode = sheet.tone === "bad" ? 1 : 0;
      if (options.json) return printJson(result);
      printSheet(sheet);
    });

interface ProfileCliOptions extends CommonOptions {
  batchSize: number;
  steps: number;
  report?: string[];
}

const profile = () =>
  verb("profile", "where the time of a training step goes, operator by operator", [
    "congruent bench profile transformer",
  ])
    .argument("<network>", "a key of the zoo")
    .option("--batch-size <n>", "examples per step", wholeNumber("--batch-size"), 64)
    .option("--steps <n>", "how many steps are traced", wholeNumber("--steps"), 20)
    .option("--report <file>", "write .json, .xml (JUnit), .html or .md; may be repeated", collect)
    .action(async (network: string, options: ProfileCliOptions) => {
      const report = await import("@congruent/report");
      const write = await reportFiles(options.report);
      const { architecture } = await import("@congruent/zoo");
      architecture(network);
      const { profileStep } = await import("@congruent/bench");
      const { batchSize, steps } = options;
      const result = await profileStep({ network, batchSize, steps });
      const sheet = report.stepProfileSheet(result);
      await write(({ renderSheet }, format) => renderSheet(sheet, format));
      if (options.json) return printJson(result);
      printSheet(sheet);
    });

/** The peers have an environment of their own, made when it is first asked for. */
async function makeEnvironment(): Promise<void> {
  const { provisionEnvironment } = await import("@congruent/toolchain");
  note("the environment of the peers (Keras, PyTorch, pandas) …");
  await provisionEnvironment("bench", () => undefined);
}

/** 0: all were measured that this machine can run; 1: one failed. */
function exitCode({ networks }: TrainBench): number {
  return networks.some(({ contenders }) => contenders.some(({ status }) => status === "failed")) ? 1 : 0;
}
