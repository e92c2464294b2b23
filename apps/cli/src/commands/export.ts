import type { Exporter } from "@congruent/exporter";
import { Option } from "commander";
import { print, printJson } from "../output.js";
import { type CommonOptions, verb } from "../verb.js";

export const exportCommand = () =>
  verb("export", "turn a finished run into one checked ONNX file with its card inside", [
    "congruent export runs/first",
    "congruent export runs/first --out lenet.onnx",
  ])
    .argument("<run>", "a run directory that `congruent train` has left")
    .addOption(
      new Option(
        "--via <exporter>",
        "tf2onnx for networks; native (default) or skl2onnx for classical models",
      ).choices([...["tf2onnx", "native", "skl2onnx"]]),
    )
    .option("--out <file>", "the .onnx file (default: RUN/model.onnx)")
    .action(async (run: string, options: CommonOptions & { out?: string; via?: Exporter }) => {
      const { exportRun } = await import("@congruent/exporter");
      const { out, via } = options;
      const model = await exportRun({ run, ...(out !== undefined && { out }), ...(via && { via }) });
      if (options.json) return printJson(model);
      print(`model  ${model.path}`);
      print(
        `       ${model.bytes} bytes, ${model.nodes} nodes, opset ${model.opset}; checker, shape inference and profile passed`,
      );
      print(`sha256 ${model.sha256}`);
    });
