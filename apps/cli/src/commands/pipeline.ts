import { runPipeline } from "../pipeline.js";
import { type CommonOptions, verb } from "../verb.js";

export const pipeline = () =>
  verb(
    "pipeline",
    "train, export, evaluate, compare and report every model of models/ (what npm start runs)",
    ["congruent pipeline", "congruent pipeline lenet --force"],
  )
    .argument("[model...]", "only these")
    .option("--force", "do it all again, whatever is cached")
    .action(async (models: string[], options: CommonOptions & { force?: boolean }) => {
      process.exitCode = await runPipeline(models, options);
    });
