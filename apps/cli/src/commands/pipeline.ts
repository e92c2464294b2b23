import { Option } from "commander";
import type { PipelineOptions } from "../steps/pipeline.js";
import { type CommonOptions, defineVerb } from "../verb.js";

export const pipeline = defineVerb<[models: string[]], CommonOptions & PipelineOptions>({
  name: "pipeline",
  description: "train, export, evaluate, compare and report models of models/ (what npm start runs)",
  examples: ["congruent pipeline", "congruent pipeline resnet --force", "congruent pipeline --missing"],
  configure: (command) =>
    command
      .argument("[model...]", "these (default: those whose package.json says congruent.start)")
      .addOption(new Option("--all", "every model").conflicts("missing"))
      .option("--missing", "every model whose model.onnx is not in models/ (what npm run models builds)")
      .option("--force", "do it all again, whatever is cached"),
  async run([models], options) {
    const { runPipeline } = await import("../steps/pipeline.js");
    return runPipeline(models, options);
  },
});
