import { type ParityInputOptions, withInputOptions } from "../inputs/parity-inputs.js";
import { type CommonOptions, defineVerb, reported } from "../verb.js";

interface PortableOptions extends CommonOptions, ParityInputOptions {
  out: string;
}

export const portable = defineVerb<[path: string], PortableOptions>({
  name: "portable",
  description: "rewrite what a runtime is known to compute wrongly into what all compute right",
  examples: ["congruent portable model.onnx --out portable.onnx"],
  reports: true,
  configure: (command) =>
    withInputOptions(
      command
        .argument("<model>", "any ONNX file")
        .requiredOption("--out <file>", "the .onnx file to be written, with all weights inside"),
    ),
  async run([path], { out, ...options }) {
    const { portable: rewritten } = await import("@congruent/passes");
    const { writeRewritten } = await import("../steps/write-rewritten.js");
    const result = await writeRewritten(path, out, options, async (model) => {
      const { model: made, rewrites } = rewritten(model);
      return { verb: "portable", model: made, rewrites: [...rewrites] };
    });
    return { report: reported("rewritten", result) };
  },
});
