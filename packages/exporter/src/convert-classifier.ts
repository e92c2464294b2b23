import { rm } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@congruent/core/files";
import type { LayersModel, TensorFlow } from "@congruent/layers";
import { exportSavedModel } from "@congruent/trainer";
import { type BridgeOptions, convertSavedModel } from "./convert-by-tf2onnx.js";
import { drafts } from "./drafts.js";
import { sourceInMemory } from "./layers-source.js";
import type { Draft } from "./write-verified.js";

export interface ConvertClassifierOptions {
  tf: TensorFlow;
  /** An image classifier that ends in a softmax. */
  model: LayersModel;
  via: "native" | "tf2onnx";
  /** As of `ExportModelOptions`. Default: true. */
  portable?: boolean;
  /** Of tf2onnx. */
  timeoutMs?: number | undefined;
}

/**
 * What an export would write of an image classifier, without card, verification and file: for what measures exporters. Use `exportRun` for a
 * file that can be relied on.
 *
 * @throws CongruentError as `exportRun`, but for its verification
 */
export async function convertClassifier(options: ConvertClassifierOptions): Promise<Draft> {
  const { tf, model, via, portable, timeoutMs } = options;
  const work = await temporaryFolder("classifier");
  try {
    const bridge = async (given: BridgeOptions) => {
      const saved = join(work, "saved_model");
      await exportSavedModel(tf as Parameters<typeof exportSavedModel>[0], model, saved);
      return convertSavedModel(saved, given);
    };
    const logFile = join(work, "tf2onnx.log");
    const source = sourceInMemory(tf, model);
    const [draft] = await drafts(source, {
      ...{ via, classifier: true, bridge, logFile, timeoutMs },
      ...(portable !== undefined && { portable }),
    });
    return draft;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
