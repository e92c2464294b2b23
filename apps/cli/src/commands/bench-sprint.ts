import { wholeNumber } from "../options/numbers.js";
import { note } from "../output/output.js";
import { makePeerEnvironment } from "../processes/peer-environment.js";
import { type CommonOptions, defineVerb, reported } from "../verb.js";

interface BenchSprintOptions extends CommonOptions {
  rounds: number;
  timeout: number;
}

export const benchSprint = defineVerb<[], BenchSprintOptions>({
  name: "bench sprint",
  description: "time to 99 % test accuracy from process start, against Keras and PyTorch",
  examples: ["congruent bench sprint --rounds 3"],
  reports: true,
  configure: (command) =>
    command
      .option("--rounds <n>", "how many of the recipe's seeds", wholeNumber("--rounds"), 5)
      .option("--timeout <s>", "seconds that one training may take", wholeNumber("--timeout"), 600),
  async run(_, { rounds, timeout }) {
    const bench = await import("@congruent/bench");
    await makePeerEnvironment();
    const result = await bench.benchSprint({ rounds, timeoutMs: timeout * 1000, onProgress: note });
    return { report: reported("sprintBench", result) };
  },
});
