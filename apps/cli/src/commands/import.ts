import { type CommonOptions, defineVerb } from "../verb.js";

interface ImportOptions extends CommonOptions {
  out: string;
}

export const importVerb = defineVerb<[path: string], ImportOptions>({
  name: "import",
  description: "the tfjs layers model that an exported file was made of, for fine-tuning",
  examples: ["congruent import model.onnx --out layers"],
  configure: (command) =>
    command
      .argument("<model>", "an ONNX file that `congruent export --importable` has written")
      .requiredOption("--out <folder>", "gets model.json and the weights, in the tfjs layers format"),
  async run([path], { out }) {
    const { toLayers } = await import("@congruent/exporter");
    const { saveLayersModel } = await import("@congruent/layers");
    const { loadTensorFlow } = await import("@congruent/toolchain");
    const model = await toLayers(path, { tf: await loadTensorFlow({ device: "cpu" }) });
    await saveLayersModel(model, out);
    const data = { path: out, layers: model.layers.length, parameters: model.countParams() };
    return {
      data,
      text: () => `layers model  ${out}\n              ${data.layers} layers, ${data.parameters} parameters`,
    };
  },
});
