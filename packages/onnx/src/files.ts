/** ONNX files on disk, with what they keep in other files. Node only. */
import { readExternalData } from "./external-data.js";
import type { ModelProto } from "./generated/onnx/onnx-ml_pb.js";
import { decodeModel, encodeModel } from "./model.js";
import { modelFileBytes } from "./model-bytes.js";

export { type WriteModelOptions, type WrittenModel, writeModel } from "./write-model.js";

export interface ModelFile {
  /** The model with all its weights inside. */
  model: ModelProto;
  /** The file's own bytes, without what lies in other files. */
  bytes: Uint8Array;
  /** Files beside it that hold weights, relative to its folder. */
  external: readonly string[];
}

/**
 * Reads an ONNX file. Weights that it keeps in other files are read from its own folder alone.
 *
 * @throws CongruentError `E_MODEL_NOT_FOUND`, `E_ONNX_INVALID`, `E_ONNX_EXTERNAL`
 */
export async function readModel(path: string): Promise<ModelFile> {
  const bytes = await modelFileBytes(path);
  const model = decodeModel(bytes, path);
  const external = await readExternalData(model, path);
  return { model, bytes, external };
}

/**
 * The bytes of a model that stands for itself: the file's own, or with what lies in other files put inside.
 *
 * @throws CongruentError as {@link readModel}
 */
export async function readModelBytes(path: string): Promise<Uint8Array> {
  const { model, bytes, external } = await readModel(path);
  return external.length === 0 ? bytes : encodeModel(model);
}
