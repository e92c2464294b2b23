import { wholeNumber } from "../options/numbers.js";
import { type CommonOptions, defineVerb, reported } from "../verb.js";

interface BenchProfileOptions extends CommonOptions {
  batchSize: number;
  steps: number;
}

export const benchProfile = defineVerb<[network: string], BenchProfileOptions>({
  name: "bench profile",
  description: "where the time of a training step goes, operator by operator",
  examples: ["congruent bench profile transformer"],
  reports: true,
  configure: (command) =>
    command
      .argument("<network>", "a key of the zoo")
      .option("--batch-size <n>", "examples per step", wholeNumber("--batch-size"), 64)
      .option("--steps <n>", "how many steps are traced", wholeNumber("--steps"), 20),
  async run([network], { batchSize, steps }) {
    const { architecture } = await import("@congruent/zoo");
    architecture(network);
    const { profileStep } = await import("@congruent/bench");
    return { report: reported("stepProfile", await profileStep({ network, batchSize, steps })) };
  },
});
