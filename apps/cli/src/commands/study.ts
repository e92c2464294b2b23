import type { StudyCliOptions } from "../steps/run-study.js";
import { type CommonOptions, defineVerb } from "../verb.js";

export const study = defineVerb<[name: string], CommonOptions & StudyCliOptions>({
  name: "study",
  description: "reproduce a published study: every table and figure, reported beside reproduced",
  examples: [
    "congruent study comparative",
    "congruent study all --partial",
    "congruent study mlp-vs-cnn --quick --dataset fashion-mnist",
  ],
  configure: (command) =>
    command
      .argument("<name>", "comparative, regcnn, mlp-vs-cnn, tuned-mlp, classical-vs-cnn, or all")
      .option("--dataset <name>", "the same on another data set (default: mnist, as the studies)")
      .option("--quick", "few images, few epochs: to see it work, in minutes")
      .option("--partial", "train nothing: report what there is, and end with 3 where a model is missing")
      .option("--runs <dir>", "where --quick and --dataset train (default: runs/studies in the checkout)")
      .option("--latency <file>", "what congruent bench infer --report FILE.json measured of the same models")
      .option("--out <dir>", "where the reports' folders go", "reports"),
  async run([name], options) {
    const { runStudies } = await import("../steps/run-study.js");
    return runStudies(name, options);
  },
});
