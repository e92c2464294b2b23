import { refuseUnwritable } from "@congruent/core/files";
import { wholeNumber } from "../options/numbers.js";
import { note, writeReport } from "../output/output.js";
import { makePeerEnvironment } from "../processes/peer-environment.js";
import { type CommonOptions, defineVerb, reported } from "../verb.js";

interface BenchTrainOptions extends CommonOptions {
  rounds: number;
  turn: number;
  batchSize: number;
  timeout: number;
  figure?: string;
}

export const benchTrain = defineVerb<[names: string[]], BenchTrainOptions>({
  name: "bench train",
  description: "time training steps against tfjs, Keras and PyTorch, interleaved in one run",
  examples: [
    "congruent bench train lenet resnet --rounds 7",
    "congruent bench train --report bench.json --report bench.html",
  ],
  reports: true,
  configure: (command) =>
    command
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
      .option("--figure <file>", "write the times as an SVG"),
  async run([names], { rounds, turn, batchSize, timeout, figure }) {
    if (figure) await refuseUnwritable(figure);
    const bench = await import("@congruent/bench");
    const { architecture } = await import("@congruent/zoo");
    const networks = names.length > 0 ? names : bench.BENCH_NETWORKS;
    for (const name of networks) architecture(name);
    await makePeerEnvironment();
    const result = await bench.benchTrain({
      networks,
      rounds,
      batchSize,
      blockMs: turn,
      timeoutMs: timeout * 1000,
      onProgress: note,
    });
    if (figure) {
      const { light, renderSvg, stepTimes } = await import("@congruent/report");
      await writeReport(figure, renderSvg(stepTimes(result), light));
    }
    return { report: reported("trainBench", result) };
  },
});
