import { Option } from "commander";
import type { runPipeline } from "../pipeline.js";
import { type CommonOptions, verb } from "../verb.js";

export const pipeline = () =>
  verb("pipeline", "train, export, evaluate, compare and report models of models/ (what npm start runs)", [
    "congruent pipeline",
    "congruent pipeline resnet --force",
    "congruent pipeline --missing",
  ])
    .argument("[model...]", "these (default: those whose package.json says congruent.start)")
    .addOption(new Option("--all", "every model").conflicts("missing"))
    .option("--missing", "every model whose model.onnx is not in models/ (what npm run models builds)")
    .option("--force", "do it all again, whatever is cached")
    .action(async (models: string[], options: CommonOptions & Parameters<typeof runPipeline>[1]) => {
      const { runPipeline: run } = await import("../pipeline.js");
      process.exitCode = await run(models, options);
    });
