import type { Exporter } from "@congruent/exporter";
import { Option } from "commander";
import { type CommonOptions, defineVerb } from "../verb.js";

interface ExportOptions extends CommonOptions {
  out?: string;
  via?: Exporter;
}

export const exportVerb = defineVerb<[run: string], ExportOptions>({
  name: "export",
  description: "turn a finished run into one checked ONNX file with its card inside",
  examples: ["congruent export runs/first", "congruent export runs/first --out lenet.onnx"],
  configure: (command) =>
    command
      .argument("<run>", "a run directory that `congruent train` has left")
      .addOption(
        new Option(
          "--via <exporter>",
          "tf2onnx for networks; native (default) or skl2onnx for classical models",
        ).choices([...["tf2onnx", "native", "skl2onnx"]]),
      )
      .option("--out <file>", "the .onnx file (default: RUN/model.onnx)"),
  async run([run], { out, via }) {
    const { exportRun } = await import("@congruent/exporter");
    const model = await exportRun({ run, ...(out !== undefined && { out }), ...(via && { via }) });
    const { path, bytes, nodes, opset, sha256 } = model;
    return {
      data: model,
      text: () =>
        [
          `model  ${path}`,
          `       ${bytes} bytes, ${nodes} nodes, opset ${opset}; checker, shape inference and profile passed`,
          `sha256 ${sha256}`,
        ].join("\n"),
    };
  },
});
