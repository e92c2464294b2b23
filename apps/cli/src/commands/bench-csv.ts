import { wholeNumber } from "../options/numbers.js";
import { note } from "../output/output.js";
import { makePeerEnvironment } from "../processes/peer-environment.js";
import { type CommonOptions, defineVerb, reported } from "../verb.js";

interface BenchCsvOptions extends CommonOptions {
  rounds: number;
  timeout: number;
}

export const benchCsv = defineVerb<[], BenchCsvOptions>({
  name: "bench csv",
  description: "read MNIST's training images from a CSV file, against pandas.read_csv, taking turns",
  examples: ["congruent bench csv --rounds 7 --report csv.md"],
  reports: true,
  configure: (command) =>
    command
      .option("--rounds <n>", "how often the readers take turns", wholeNumber("--rounds"), 7)
      .option("--timeout <s>", "seconds that one reading may take", wholeNumber("--timeout"), 300),
  async run(_, { rounds, timeout }) {
    const bench = await import("@congruent/bench");
    await makePeerEnvironment();
    const result = await bench.benchCsv({ rounds, timeoutMs: timeout * 1000, onProgress: note });
    return { report: reported("csvBench", result) };
  },
});
