import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Batching, type ParityReport, parityReportSchema } from "@congruent/core";
import { readJson } from "@congruent/core/files";
import { diagnosis } from "../bisect-options.js";
import { cardIfAny } from "../card.js";
import { note, print, printJson } from "../output.js";
import { parityInputs } from "../parity-inputs.js";
import { checkParityOptions, type ParityCliOptions, withParityOptions } from "../parity-options.js";
import { reportFiles } from "../report-files.js";
import { verb } from "../verb.js";
import { webApp } from "../web-app.js";

export const parity = () =>
  withParityOptions(
    verb("parity", "run one ONNX file on every runtime and say whether the numbers agree", [
      "congruent parity models/lenet/model.onnx --report out.html",
      "congruent parity model.onnx --runtimes node-cpu,web-wasm --inputs random",
      "congruent parity model.onnx --sweep optimization,threads,repeat",
      "congruent parity old.onnx --against new.onnx",
      "congruent parity model.onnx --repro out",
    ]).argument("<model>", "any ONNX file"),
  ).action((path: string, options: ParityCliOptions) => {
    checkParityOptions(options);
    return options.against === undefined
      ? onRuntimes(path, options)
      : onTwoFiles(path, options.against, options);
  });

async function onRuntimes(path: string, options: ParityCliOptions): Promise<void> {
  const write = await reportFiles(options.report);
  const { readLedger, runParity, withRegression } = await import("@congruent/parity");
  const old = options.baseline === undefined ? null : await readJson(options.baseline, parityReportSchema);
  const { gate, maxFlips, threads, optimization, requireEp, runtimes, sweep } = options;
  const shared = await common(path, options);
  const found = await runParity({
    ...shared,
    layersDirectory: options.layers ?? layersBeside(path),
    runtimes,
    samples: options.sampleLimit,
    threads,
    optimization,
    requireEp,
    sweep,
    shapeInputs: { seed: options.seed, ...(options.fill ? { fills: options.fill } : {}) },
    gate: { on: gate, maxFlips },
    ledger: options.expect === undefined ? undefined : await readLedger(options.expect),
    diagnose: await diagnosis(path, options),
    onProgress: (event) => {
      if (event.state !== "finished")
        note(`${progressName(event)} ${event.state === "diagnosing" ? "bisect " : ""}…`);
    },
  });
  const result = old ? withRegression(found, old) : found;
  await write(({ renderParity, flipPictures }, format) => {
    const pictures = flipPictures(result, shared.inputs.tensors);
    return renderParity(result, format, { pictures, labels: shared.labels });
  });
  process.exitCode = exitCode(result);
  if (options.json) return printJson(result);
  const { parityTable } = await import("../parity-table.js");
  print(parityTable(result));
}

async function onTwoFiles(path: string, againstPath: string, options: ParityCliOptions): Promise<void> {
  const write = await reportFiles(options.report);
  const { runAgainst } = await import("@congruent/parity");
  const { runtimes, threads, optimization } = options;
  const result = await runAgainst({
    ...(await common(path, options)),
    againstPath,
    runtimes,
    threads,
    optimization,
    onProgress: (event) => note(`${event.runtime}: ${event.path} …`),
  });
  await write(({ renderAgainst }, format) => renderAgainst(result, format));
  process.exitCode = result.verdict === "pass" ? 0 : 1;
  if (options.json) return printJson(result);
  const { againstTable } = await import("../against-table.js");
  print(againstTable(result));
}

function progressName({ runtime, variant }: { runtime: string; variant: string | null }): string {
  return variant === null ? runtime : `${runtime} (${variant})`;
}

function batchingOf(size: number | undefined): Batching | undefined {
  return size === undefined ? undefined : { mode: "split", size };
}

/** What both kinds of comparison take. */
async function common(modelPath: string, options: ParityCliOptions) {
  const { atol, rtol, memory, timeout } = options;
  const inputs = await parityInputs(modelPath, options);
  return {
    modelPath,
    inputs,
    labels: (await cardIfAny(modelPath))?.labels,
    webApp: webApp(),
    batching: batchingOf(options.batchSize),
    tolerance: atol === undefined && rtol === undefined ? undefined : { atol: atol ?? 0, rtol: rtol ?? 0 },
    limits: { timeoutMs: timeout * 1000, memoryBytes: memory === undefined ? undefined : memory * 2 ** 20 },
  };
}

/** 0 holds; 1 does not, or nothing was compared: never success without a comparison. Beside an older report only what got worse counts. */
function exitCode({ verdict, regression, cells }: ParityReport): number {
  if (!regression) return verdict === "pass" ? 0 : 1;
  const computed = cells.filter(({ status }) => status !== "error" && status !== "unavailable");
  const compared = verdict !== "inconclusive" && computed.length > 1;
  return compared && regression.worse.length === 0 ? 0 : 1;
}

function layersBeside(path: string): string | undefined {
  const directory = join(dirname(path), "layers");
  return existsSync(join(directory, "model.json")) ? directory : undefined;
}
