import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { CongruentError } from "@congruent/core";
import type { Exporter, NetworkExporter } from "@congruent/exporter";
import { Option } from "commander";
import { wholeNumber } from "../options/numbers.js";
import { type CommonOptions, defineVerb } from "../verb.js";

interface ExportOptions extends CommonOptions {
  out?: string;
  via?: Exporter;
  opset?: number;
  portable: boolean;
  importable?: boolean;
}

export const exportVerb = defineVerb<[path: string], ExportOptions>({
  name: "export",
  description: "turn a finished run, or any tfjs layers model, into one ONNX file that computes the same",
  examples: [
    "congruent export runs/first",
    "congruent export model.json --out model.onnx",
    "congruent export runs/first --via both --out lenet.onnx",
  ],
  configure: (command) =>
    command
      .argument(
        "<path>",
        "a run directory that `congruent train` has left; or a model.json in the tfjs layers format, or its folder",
      )
      .addOption(
        new Option(
          "--via <exporter>",
          "native (default), needs no Python; tf2onnx for networks; both, and compare the two; skl2onnx for classical models",
        ).choices([...["native", "tf2onnx", "both", "skl2onnx"]]),
      )
      .option("--opset <n>", "version of the standard operator set (default: 18)", wholeNumber("--opset"))
      .option("--no-portable", "keep nodes as they are that some runtime is known to compute wrongly")
      .option("--importable", "of a layers model: `congruent import` can make it of the file again")
      .option(
        "--out <file>",
        "the .onnx file (default: model.onnx in the run directory, or beside model.json)",
      ),
  async run([path], { out, via, opset, portable, importable }) {
    const { exportRun } = await import("@congruent/exporter");
    const file = layersFile(path);
    const options = { ...(out !== undefined && { out }), ...(opset !== undefined && { opset }), portable };
    if (file === null && importable) throw onlyLayers(path);
    const model =
      file === null
        ? await exportRun({ run: path, ...options, ...(via && { via }) })
        : await exportLayers(file, { ...options, via, importable });
    const { bytes, nodes, sha256, verification, rewrites } = model;
    const checks =
      verification === null
        ? "checker and profile passed"
        : `checked, and compared with tfjs: ${verification.because}`;
    return {
      data: model,
      text: () =>
        [
          `model  ${model.path}`,
          `       ${bytes} bytes, ${nodes} nodes, opset ${model.opset}`,
          `       ${checks}`,
          ...rewrites.map(
            ({ nodes: rewritten, runtimes, remedy }) =>
              `       rewritten for ${runtimes.join(", ")}: ${rewritten.join(", ")} (${remedy})`,
          ),
          `sha256 ${sha256}`,
        ].join("\n"),
    };
  },
});

function onlyLayers(path: string): CongruentError {
  return new CongruentError({
    code: "E_USAGE",
    what: `--importable was given for ${path}, which is a run`,
    expected: "a layers model: a run has the interface of an image classifier, which is not in its layers",
    fix: "leave --importable out: the run keeps its layers model beside the file",
  });
}

/** The layers model that a path names; null where it is a run. */
function layersFile(path: string): string | null {
  if (path.endsWith(".json")) return path;
  const inside = join(path, "model.json");
  return existsSync(inside) && !existsSync(join(path, "recipe.json")) ? inside : null;
}

async function exportLayers(
  file: string,
  {
    out,
    via,
    ...options
  }: {
    out?: string;
    via: Exporter | undefined;
    opset?: number;
    portable: boolean;
    importable: boolean | undefined;
  },
) {
  const { exporterOf, exportModel, networkExporters } = await import("@congruent/exporter");
  const way: NetworkExporter = exporterOf(via, networkExporters, `${file}, a layers model`);
  return exportModel({ model: file, out: out ?? join(dirname(file), "model.onnx"), via: way, ...options });
}
