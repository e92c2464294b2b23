import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ParityReport, RuntimeName } from "@congruent/core";
import { wholeNumber } from "../numbers.js";
import { note, print, printJson, writeReport } from "../output.js";
import { type ParityInputOptions, parityInputs, withInputOptions } from "../parity-inputs.js";
import { parityTable } from "../parity-table.js";
import { runtimeList } from "../runtimes.js";
import { type CommonOptions, verb } from "../verb.js";
import { webApp } from "../web-app.js";

interface ParityCliOptions extends CommonOptions, ParityInputOptions {
  runtimes?: RuntimeName[];
  expect?: string;
  report?: string[];
  layers?: string;
  timeout: number;
}

export const parity = () =>
  withInputOptions(
    verb("parity", "run one ONNX file on every runtime and say whether the numbers agree", [
      "congruent parity models/lenet/model.onnx --report out.json",
      "congruent parity model.onnx --runtimes node-cpu,web-wasm --inputs random",
    ]).argument("<model>", "any ONNX file"),
  )
    .option(
      "--runtimes <a,b>",
      "these, none of which may be absent (default: all that are there)",
      runtimeList,
    )
    .option("--layers <dir>", "the tfjs layers model it was made from (default: layers/ beside the file)")
    .option("--expect <file>", "ledger of known divergences")
    .option("--timeout <s>", "seconds that each runtime may take", wholeNumber("--timeout"), 300)
    .option("--report <file>", "write .json, .xml (JUnit), .html or .md; may be repeated", collect)
    .action(async (path: string, options: ParityCliOptions) => {
      const report = await import("@congruent/report");
      const formats = (options.report ?? []).map((file) => [file, report.reportFormat(file)] as const);
      const { readLedger, runParity } = await import("@congruent/parity");
      const ledger = options.expect === undefined ? undefined : await readLedger(options.expect);
      const result = await runParity({
        modelPath: path,
        layersDirectory: options.layers ?? layersBeside(path),
        inputs: await parityInputs(path, options),
        runtimes: options.runtimes,
        ledger,
        webApp: webApp(),
        limits: { timeoutMs: options.timeout * 1000 },
        onProgress: (event) => {
          if (event.state === "started") note(`${event.runtime} …`);
        },
      });
      for (const [file, format] of formats) await writeReport(file, report.renderParity(result, format));
      process.exitCode = exitCode(result);
      if (options.json) return printJson(result);
      print(parityTable(result));
    });

/** 0 holds; 1 does not, or nothing was compared: never success without a comparison. */
function exitCode({ verdict }: ParityReport): number {
  return verdict === "pass" ? 0 : 1;
}

function layersBeside(path: string): string | undefined {
  const directory = join(dirname(path), "layers");
  return existsSync(join(directory, "model.json")) ? directory : undefined;
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
