import type { PassName } from "@congruent/passes";
import { type ParityInputOptions, withInputOptions } from "../inputs/parity-inputs.js";
import { type CommonOptions, defineVerb, reported } from "../verb.js";

interface OptimizeOptions extends CommonOptions, ParityInputOptions {
  out: string;
  passes?: string;
}

export const optimize = defineVerb<[path: string], OptimizeOptions>({
  name: "optimize",
  description: "rewrite an ONNX file to do less for the same outputs, and compare both before it is written",
  examples: [
    "congruent optimize model.onnx --out smaller.onnx",
    "congruent optimize model.onnx --out smaller.onnx --passes cancelTransposes,removeUnused",
  ],
  reports: true,
  configure: (command) =>
    withInputOptions(
      command
        .argument("<model>", "any ONNX file")
        .requiredOption("--out <file>", "the .onnx file to be written, with all weights inside")
        .option("--passes <names>", "only these passes, separated by commas (default: all)"),
    ),
  async run([path], { out, passes, ...options }) {
    const { optimize: optimized } = await import("@congruent/passes");
    const { writeRewritten } = await import("../steps/write-rewritten.js");
    const names = passes?.split(",").map((name) => name.trim() as PassName);
    const result = await writeRewritten(path, out, options, async (model) => {
      const made = optimized(model, names ? { passes: names } : {});
      return { verb: "optimize", model: made.model, passes: [...made.passes] };
    });
    return { report: reported("rewritten", result) };
  },
});
