import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256, writeFileAtomic } from "@congruent/core/files";
import { decodeModel, encodeModel } from "@congruent/onnx";
import { saveInference } from "@congruent/trainer";
import { tf2onnx } from "./bridges/tf2onnx.js";
import { checkOnnx } from "./check-onnx.js";
import { refuseUnwritable } from "./refuse-unwritable.js";
import { withBatchNamed } from "./with-batch-named.js";

export interface ExportModelOptions {
  /** The module that made the model, from `loadTensorFlow`. */
  tf: Parameters<typeof saveInference>[0];
  /** Any layers model, trained or not. */
  model: Parameters<typeof saveInference>[1];
  /** The .onnx file to write. */
  out: string;
  timeoutMs?: number;
}

/**
 * Turns any tfjs layers model into an ONNX file, checked by the onnx package's checker and its shape inference. Inputs
 * and outputs are float32 [batch, ...] under the names of their layers; the batch is dynamic. There is no card in it:
 * the image classifier's interface is that of runs. The file appears whole or not at all.
 *
 * @throws CongruentError `E_CAPTURE_*` or `E_STATEFUL` naming a layer that cannot be captured, `E_TF2ONNX` for one without a
 * counterpart in ONNX, `E_WRITE`.
 *
 * @example
 * ```ts no-run
 * const { nodes } = await exportModel({ tf, model, out: "model.onnx" });
 * ```
 */
export async function exportModel(
  options: ExportModelOptions,
): Promise<{ path: string; bytes: number; sha256: string; nodes: number; opset: number }> {
  const { tf, model, out, timeoutMs } = options;
  await refuseUnwritable(out);
  const work = await mkdtemp(join(tmpdir(), "congruent-export-"));
  try {
    const [savedModel, draft] = [join(work, "saved_model"), join(work, "draft.onnx")];
    await saveInference(tf, model, savedModel);
    await tf2onnx({
      savedModel,
      out: draft,
      logFile: `${out}.log`,
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
    const bytes = encodeModel(withBatchNamed(decodeModel(new Uint8Array(await readFile(draft)), draft)));
    await writeFileAtomic(draft, bytes);
    const { nodes, opsets } = await checkOnnx(draft);
    await writeFileAtomic(out, bytes);
    // The log explains a failed conversion; after a successful one it is not needed.
    await rm(`${out}.log`, { force: true });
    return { path: out, bytes: bytes.length, sha256: sha256(bytes), nodes, opset: opsets["ai.onnx"] ?? 0 };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
