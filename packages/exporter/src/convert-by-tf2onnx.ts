import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@congruent/core/files";
import { decodeModel, type ModelProto } from "@congruent/onnx";
import { saveInference } from "@congruent/trainer";
import { OPSET, tf2onnx } from "./bridges/tf2onnx.js";
import type { LayersSource } from "./layers-source.js";
import { withBatchNamed } from "./with-batch-named.js";

export interface BridgeOptions {
  /** The file for everything that tf2onnx prints, also when it fails. */
  logFile: string;
  opset?: number | undefined;
  timeoutMs?: number | undefined;
}

/**
 * A layers model as ONNX by TensorFlow and Python: its inference is captured, saved and converted by tf2onnx.
 *
 * @throws CongruentError `E_CAPTURE_*` or `E_STATEFUL` naming a layer that cannot be captured, and as {@link tf2onnx}
 */
export async function convertByTf2onnx(
  { tf, model }: LayersSource,
  options: BridgeOptions,
): Promise<ModelProto> {
  const work = await temporaryFolder("tf2onnx");
  try {
    const savedModel = join(work, "saved_model");
    await saveInference(tf as Parameters<typeof saveInference>[0], await model(), savedModel);
    return await convertSavedModel(savedModel, options);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * The signature `serving_default` of a SavedModel as ONNX.
 *
 * @throws CongruentError as {@link tf2onnx}
 */
export async function convertSavedModel(
  savedModel: string,
  { logFile, opset = OPSET, timeoutMs }: BridgeOptions,
): Promise<ModelProto> {
  const work = await temporaryFolder("tf2onnx");
  try {
    const out = join(work, "model.onnx");
    await tf2onnx({ savedModel, out, logFile, opset, ...(timeoutMs !== undefined && { timeoutMs }) });
    return withBatchNamed(decodeModel(new Uint8Array(await readFile(out)), out));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
