import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Batching, type RuntimeId, runtimeId } from "@congruent/core";
import { readJson } from "@congruent/core/files";
import { type ParityReport, parityReportSchema } from "@congruent/core/schemas";
import type { ParityProgress } from "@congruent/parity";
import { cardIfAny } from "../inputs/card.js";
import { inputOptions } from "../inputs/parity-inputs.js";
import { webApp } from "../inputs/web-app.js";
import { diagnosis } from "../options/bisect-options.js";
import {
  checkBudget,
  checkParityOptions,
  othersSeconds,
  type ParityCliOptions,
  referenceSeconds,
  withParityOptions,
} from "../options/parity-options.js";
import { note } from "../output/output.js";
import { defineVerb, type Outcome, reported } from "../verb.js";

export const parity = defineVerb<[path: string], ParityCliOptions>({
  name: "parity",
  description: "run one ONNX file on every runtime and say whether the numbers agree",
  examples: [
    "congruent parity models/lenet/model.onnx --report out.html",
    "congruent parity model.onnx --runtimes node-cpu,web-wasm --inputs random",
    "congruent parity model.onnx --sweep optimization,threads,repeat",
    "congruent parity old.onnx --against new.onnx",
    "congruent parity float.onnx --against int8.onnx --budget snr=40,flips=0.5% --bisect",
    "congruent parity model.onnx --repro out",
    "congruent parity silero_vad.onnx --shape input=1,576 --shape state=2,1,128 --fill sr=16000 --steps 20",
    "congruent parity classifier.onnx --inputs photos/ --pictures imagenet",
    "congruent parity model.onnx --inputs inputs.npz --expected outputs-of-pytorch.npz",
  ],
  reports: true,
  configure: (command) => withParityOptions(command.argument("<model>", "any ONNX file")),
  async run([path], options) {
    checkParityOptions(options);
    checkBudget(options);
    return options.against === undefined
      ? onRuntimes(path, options)
      : onTwoFiles(path, options.against, options);
  },
});

async function onRuntimes(path: string, options: ParityCliOptions): Promise<Outcome> {
  const {
    installOnnxruntime,
    parity: compare,
    readLedger,
    withRegression,
  } = await import("@congruent/parity");
  const old = options.baseline === undefined ? null : await readJson(options.baseline, parityReportSchema);
  const { gate, maxFlips, threads, optimization, requireEp, runtimes, sweep } = options;
  const { steps, state, expected } = options;
  const { modelPath: model, ...shared } = await common(path, options);
  const onnxruntimes: Awaited<ReturnType<typeof installOnnxruntime>>[] = [];
  for (const version of options.ort ?? []) {
    note(`onnxruntime-node ${version} …`);
    onnxruntimes.push(await installOnnxruntime(version));
  }
  const found = await compare({
    ...shared,
    model,
    steps,
    state,
    expected,
    layers: options.layers ?? layersBeside(path),
    runtimes,
    sampleLimit: options.sampleLimit,
    threads,
    optimization,
    requireEp,
    onnxruntimes,
    sweep,
    shapeInputs: { seed: options.seed, ...(options.fill ? { fills: options.fill } : {}) },
    gate: { on: gate, maxFlips },
    ledger: options.expect === undefined ? undefined : await readLedger(options.expect),
    diagnose: await diagnosis(options),
    onProgress: progressNotes(),
  });
  const result = old ? withRegression(found, old) : found;
  return {
    report: reported("parity", result, {
      labels: shared.labels,
      // Only a page shows them.
      ...(options.report && { pictures: await picturesOf(result, shared.inputs.tensors) }),
    }),
    exitCode: exitCode(result, runtimes ?? []),
    text: async () => (await import("../output/parity-table.js")).parityTable(result),
  };
}

async function picturesOf(...given: Parameters<typeof import("@congruent/report").flipPictures>) {
  const { flipPictures } = await import("@congruent/report");
  return flipPictures(...given);
}

async function onTwoFiles(path: string, againstPath: string, options: ParityCliOptions): Promise<Outcome> {
  const { parseBudget, runAgainst } = await import("@congruent/parity");
  const { runtimes, threads, optimization } = options;
  const budget = options.budget === undefined ? undefined : parseBudget(options.budget);
  const result = await runAgainst({
    ...(await common(path, options)),
    againstPath,
    budget,
    precision: options.bisect ?? false,
    runtimes,
    threads,
    optimization,
    onProgress: (event) => note(`${event.runtime}: ${event.path} …`),
  });
  return {
    report: reported("against", result),
    exitCode: result.verdict === "pass" ? 0 : 1,
    text: async () => (await import("../output/against-table.js")).againstTable(result),
  };
}

/** At most one line of progress in so many milliseconds. */
const PROGRESS_MS = 5000;

function progressNotes(): (event: ParityProgress) => void {
  let told = performance.now();
  return (event) => {
    const { state, done } = event;
    if (state === "running") {
      if (!done || performance.now() - told < PROGRESS_MS) return;
      told = performance.now();
      const left = Math.max(1, Math.round(done.secondsLeft));
      return note(`  ${progressName(event)}: ${done.samples} of ${done.of} samples, about ${left} s left`);
    }
    told = performance.now();
    if (state !== "finished") note(`${progressName(event)} ${state === "diagnosing" ? "bisect " : ""}…`);
  };
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
  const [referenceTime, othersTime] = [referenceSeconds(options), othersSeconds(options)];
  const { givenInputs } = await import("@congruent/parity");
  const { readModel } = await import("@congruent/onnx/files");
  const { model } = await readModel(modelPath);
  const inputs = await givenInputs(model, { model: modelPath, ...(await inputOptions(options)) });
  return {
    modelPath,
    inputs,
    labels: (await cardIfAny(modelPath))?.labels,
    webApp: webApp(),
    batching: batchingOf(options.batchSize),
    tolerance: atol === undefined && rtol === undefined ? undefined : { atol: atol ?? 0, rtol: rtol ?? 0 },
    limits: {
      timeoutMs: timeout * 1000,
      memoryBytes: memory === undefined ? undefined : memory * 2 ** 20,
      referenceMs: referenceTime === undefined ? undefined : referenceTime * 1000,
      othersMs: othersTime === undefined ? undefined : othersTime * 1000,
    },
  };
}

/**
 * 0 holds; 1 does not, or nothing was compared: never success without a comparison. 3 holds, without a runtime that was named and cannot
 * run here. Beside an older report only what got worse counts.
 */
function exitCode(report: ParityReport, named: readonly RuntimeId[]): number {
  const code = comparedCode(report);
  const absent = report.cells.some(
    (cell) =>
      cell.status === "unavailable" && cell.runtime !== "reference" && named.includes(runtimeId(cell)),
  );
  return code === 0 && absent ? 3 : code;
}

function comparedCode({ verdict, regression, cells }: ParityReport): number {
  if (!regression) return verdict === "pass" ? 0 : 1;
  const computed = cells.filter(({ status }) => status !== "error" && status !== "unavailable");
  const compared = verdict !== "inconclusive" && computed.length > 1;
  return compared && regression.worse.length === 0 ? 0 : 1;
}

function layersBeside(path: string): string | undefined {
  const directory = join(dirname(path), "layers");
  return existsSync(join(directory, "model.json")) ? directory : undefined;
}
