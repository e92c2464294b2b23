import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Converter,
  convertEstimator,
  converters,
  type FittedRun,
  fittedPaths,
} from "@congruent/baselines";
import { CongruentError } from "@congruent/core";
import type { Card } from "@congruent/core/schemas";
import { decodeModel, type ModelProto } from "@congruent/onnx";
import { type FinishedRun, runPaths } from "@congruent/run";
import { type AnyRun, isFitted } from "./any-run.js";
import { tf2onnx } from "./bridges/tf2onnx.js";
import { withBatchNamed } from "./with-batch-named.js";

/** What turns a run into ONNX: `tf2onnx` a network, `native` (graphs of packages/baselines) or `skl2onnx` a classical model. */
export const exporters = ["tf2onnx", ...converters] as const;
export type Exporter = (typeof exporters)[number];

/** A run's model in ONNX, without a card yet. */
export interface SourceModel {
  model: ModelProto;
  outputs: Card["outputs"];
  /** Versions of the programs that trained and exported it. */
  versions: Record<string, string>;
}

/** @throws CongruentError `E_EXPORTER` for one that is not for this kind of run, and what the exporters throw */
export function sourceModel(
  run: AnyRun,
  options: { draft: string; via?: Exporter | undefined; timeoutMs?: number | undefined },
): Promise<SourceModel> {
  const { draft, timeoutMs } = options;
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  if (!isFitted(run)) {
    if (options.via !== undefined && options.via !== "tf2onnx") throw wrong(options.via, run, ["tf2onnx"]);
    return ofNetwork(run, draft, limit);
  }
  const via = converters.find((known) => known === (options.via ?? "native"));
  if (!via) throw wrong(options.via, run, converters);
  return ofEstimator(run, draft, via, limit);
}

async function ofNetwork(
  { directory, environment }: FinishedRun,
  draft: string,
  limit: { timeoutMs?: number },
): Promise<SourceModel> {
  await tf2onnx({
    savedModel: runPaths(directory).savedModel,
    out: draft,
    logFile: join(directory, "tf2onnx.log"),
    ...limit,
  });
  const model = withBatchNamed(decodeModel(new Uint8Array(await readFile(draft)), draft));
  return {
    model,
    outputs: ["label", "probabilities", "logits"],
    versions: {
      "tfjs-node": environment.versions["tfjs-node"] ?? "unknown",
      tensorflow: environment.versions.tensorflow ?? "unknown",
      // tf2onnx appends its commit, which is missing in released builds: "1.17.0 None".
      [model.producerName || "exporter"]: model.producerVersion.split(" ")[0] ?? "unknown",
    },
  };
}

async function ofEstimator(
  { directory, recipe, environment }: FittedRun,
  draft: string,
  via: Converter,
  limit: { timeoutMs?: number },
): Promise<SourceModel> {
  const { height, width, channels } = environment.dataset;
  const { outputs, versions } = await convertEstimator({
    name: recipe.estimator.name,
    fitted: fittedPaths(runPaths(directory).estimator).estimator,
    ...{ height, width, channels, via, out: draft, ...limit },
  });
  const model = decodeModel(new Uint8Array(await readFile(draft)), draft);
  const used = ["scikit-learn", "numpy", "onnx", ...(via === "skl2onnx" ? ["skl2onnx"] : [])];
  return {
    model,
    outputs,
    versions: Object.fromEntries(used.map((name) => [name, versions[name] ?? "unknown"])),
  };
}

function wrong(
  via: string | undefined,
  { directory, recipe }: AnyRun,
  known: readonly string[],
): CongruentError {
  return new CongruentError({
    code: "E_EXPORTER",
    what: `${via} cannot export ${directory}, a run of ${recipe.name}`,
    expected: known.join(" or "),
    fix: "leave --via out, or name one of these",
  });
}
