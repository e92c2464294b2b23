import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Card } from "@congruent/core";
import { sha256, writeFileAtomic } from "@congruent/core/files";
import { checkProfile, decodeModel, encodeModel, type ModelProto, writeCard } from "@congruent/onnx";
import { type FinishedRun, readRun, runPaths } from "@congruent/trainer";
import { tf2onnx } from "./bridges/tf2onnx.js";
import { checkOnnx } from "./check-onnx.js";
import { refuseUnwritable } from "./refuse-unwritable.js";
import { withBatchNamed } from "./with-batch-named.js";

export interface ExportRunOptions {
  /** A finished run directory. */
  run: string;
  /** Where the .onnx file goes; model.onnx in the run directory unless told. */
  out?: string;
  timeoutMs?: number;
}

export interface ExportedModel {
  path: string;
  bytes: number;
  sha256: string;
  card: Card;
  nodes: number;
  opset: number;
}

/**
 * Turns a finished run into one ONNX file with the shared interface and its card inside, checked by the onnx package's
 * checker, its shape inference and the profile. The file appears whole or not at all.
 *
 * @example
 * ```ts no-run
 * const { path, opset } = await exportRun({ run: "runs/lenet" });
 * [path, opset]; // => ["runs/lenet/model.onnx", 18]
 * ```
 */
export async function exportRun(options: ExportRunOptions): Promise<ExportedModel> {
  const run = await readRun(options.run);
  const paths = runPaths(run.directory);
  const out = options.out ?? paths.onnx;
  await refuseUnwritable(out);
  const draft = join(run.directory, `.export-${randomBytes(4).toString("hex")}.onnx`);
  try {
    await tf2onnx({
      savedModel: paths.savedModel,
      out: draft,
      logFile: join(run.directory, "tf2onnx.log"),
      ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    });
    const converted = decodeModel(new Uint8Array(await readFile(draft)), draft);
    const model = withBatchNamed(converted);
    const card = cardOf(run, model);
    const bytes = encodeModel(writeCard(model, card));
    checkProfile(decodeModel(bytes, out), card, out);
    await writeFileAtomic(draft, bytes);
    const { nodes, opsets } = await checkOnnx(draft);
    await writeFileAtomic(out, bytes);
    return {
      path: out,
      bytes: bytes.length,
      sha256: sha256(bytes),
      card,
      nodes,
      opset: opsets["ai.onnx"] ?? 0,
    };
  } finally {
    await rm(draft, { force: true });
  }
}

function cardOf(run: FinishedRun, model: ModelProto): Card {
  const { recipe, environment } = run;
  const { dataset } = environment;
  return {
    schema: "congruent/card@1",
    name: recipe.name,
    description: recipe.description,
    profile: "image-classifier",
    input: {
      name: "pixels",
      height: dataset.height,
      width: dataset.width,
      channels: dataset.channels,
      range: [0, 255],
      foreground: dataset.foreground,
    },
    outputs: ["label", "probabilities", "logits"],
    labels: dataset.labels,
    dataset: { name: dataset.name, license: dataset.license, sha256: dataset.sha256 },
    recipe,
    versions: {
      "tfjs-node": environment.versions["tfjs-node"] ?? "unknown",
      tensorflow: environment.versions.tensorflow ?? "unknown",
      // tf2onnx appends its own commit, which released builds do not know: "1.17.0 None".
      [model.producerName || "exporter"]: model.producerVersion.split(" ")[0] ?? "unknown",
    },
  };
}
