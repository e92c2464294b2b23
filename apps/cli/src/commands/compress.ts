import { CongruentError, type RuntimeId } from "@congruent/core";
import type { CompressionFormat } from "@congruent/core/schemas";
import type { RangeMethod } from "@congruent/passes";
import { Option } from "commander";
import { inputOptions, type ParityInputOptions, withInputOptions } from "../inputs/parity-inputs.js";
import { webApp } from "../inputs/web-app.js";
import { wholeNumber } from "../options/numbers.js";
import { runtimeList } from "../options/runtimes.js";
import { note } from "../output/output.js";
import { type CommonOptions, defineVerb, reported } from "../verb.js";

interface CompressOptions extends CommonOptions, ParityInputOptions {
  to: keyof typeof FORMATS;
  out: string;
  compute?: true;
  static?: true;
  calibration?: string;
  ranges: RangeMethod;
  block: number;
  budget?: string;
  runtimes?: RuntimeId[];
}

/** The format without and with its option. */
const FORMATS = {
  float16: ["float16-weights", "float16-compute"],
  int8: ["int8-dynamic", "int8-static"],
  int4: ["int4-weights", "int4-weights"],
} as const satisfies Record<string, readonly [CompressionFormat, CompressionFormat]>;

/** As `rangeMethods` of @congruent/passes, which is loaded only when it runs. */
export const METHODS = ["min-max", "percentile", "entropy"] as const satisfies readonly RangeMethod[];

export const compress = defineVerb<[path: string], CompressOptions>({
  name: "compress",
  description: "write an ONNX file in fewer bits, keeping in float32 what a budget takes",
  examples: [
    "congruent compress model.onnx --to float16 --out half.onnx",
    "congruent compress models/lenet/model.onnx --to int8 --static --inputs mnist --budget flips=0.1%,snr=30 --out int8.onnx",
    "congruent compress model.onnx --to int4 --inputs photos/ --pictures imagenet --runtimes node-cpu,web-wasm --out int4.onnx",
  ],
  reports: true,
  configure: (command) =>
    withInputOptions(command.argument("<model>", "any ONNX file in float32"))
      .addOption(
        new Option("--to <format>", "the weights' format")
          .choices(Object.keys(FORMATS))
          .makeOptionMandatory(),
      )
      .requiredOption("--out <file>", "the .onnx file to be written, with all weights inside")
      .option("--compute", "with float16: nodes compute in half precision, too (default: weights alone)")
      .option(
        "--static",
        "with int8: scales found on calibration data, not in each run (default: in each run)",
      )
      .option("--calibration <what>", "with --static: data as --inputs takes it (default: that of --inputs)")
      .addOption(
        new Option("--ranges <method>", "with --static: how ranges are told from the data")
          .choices(METHODS)
          .default("min-max"),
      )
      .option("--block <n>", "with int4: weights that share a scale", wholeNumber("--block"), 32)
      .option(
        "--budget <a,b>",
        "how much the file may lose, such as flips=0.1%,snr=30; nodes stay float32 until it holds (default: snr=20)",
      )
      .option(
        "--runtimes <a,b>",
        "both files run on each, and the budget holds on each (default: node-cpu)",
        runtimeList,
      ),
  async run([path], { to, out, compute, static: fixed, ranges, block, ...options }) {
    checkTogether(to, compute, fixed, options.calibration);
    const { compressFile } = await import("@congruent/exporter");
    const { givenInputs, parseBudget } = await import("@congruent/parity");
    const { readModel } = await import("@congruent/onnx/files");
    const { model } = await readModel(path);
    const given = await inputOptions(options);
    // Random inputs where nothing else is asked for.
    const inputs = await givenInputs(model, { model: path, ...given, inputs: options.inputs ?? "random" });
    const calibration =
      options.calibration === undefined
        ? undefined
        : await givenInputs(model, { model: path, ...given, inputs: options.calibration });
    const result = await compressFile({
      path,
      out,
      format: FORMATS[to][compute || fixed ? 1 : 0],
      inputs,
      calibration,
      method: ranges,
      block,
      budget: options.budget === undefined ? undefined : parseBudget(options.budget),
      runtimes: options.runtimes,
      webApp: webApp(),
      onProgress: (text) => note(`${text} …`),
    });
    return { report: reported("compressed", result) };
  },
});

function checkTogether(to: string, compute?: true, fixed?: true, calibration?: string): void {
  const wrong =
    compute && to !== "float16"
      ? "--compute is of float16"
      : fixed && to !== "int8"
        ? "--static is of int8"
        : calibration !== undefined && !fixed
          ? "--calibration is of int8 with --static"
          : null;
  if (wrong === null) return;
  throw new CongruentError({ code: "E_USAGE", what: wrong, fix: "leave it out, or choose that format" });
}
