/** ONNX files on disk, with what they keep in other files. Node only. */
import { readdir, stat } from "node:fs/promises";
import { CongruentError } from "@congruent/core";
import { readBytes, whyOfFile } from "@congruent/core/files";
import { readExternalData } from "./external-data.js";
import { guessFolderFormat } from "./formats.js";
import type { ModelProto } from "./generated/onnx/onnx-ml_pb.js";
import { decodeModel, encodeModel } from "./model.js";

export { type WriteModelOptions, type WrittenModel, writeModel } from "./write-model.js";

export interface ModelFile {
  /** The model with all its weights inside. */
  model: ModelProto;
  /** The file's own bytes, without what lies in other files. */
  bytes: Uint8Array;
  /** Files beside it that hold weights, relative to its folder. */
  external: readonly string[];
}

/** What a protobuf message can be long. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * Reads an ONNX file. Weights that it keeps in other files are read from its own folder alone.
 *
 * @throws CongruentError `E_MODEL_NOT_FOUND`, `E_ONNX_INVALID`, `E_ONNX_EXTERNAL`
 */
export async function readModel(path: string): Promise<ModelFile> {
  const fix = "check the path; a model of this project is written by npm start";
  const notFound = (why: string, cause?: unknown) =>
    new CongruentError({
      code: "E_MODEL_NOT_FOUND",
      what: `could not read the model ${path}: ${why}`,
      fix,
      cause,
    });
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw notFound(whyOfFile(error), error);
  });
  if (found.isDirectory()) {
    const files = await readdir(path).catch(() => []);
    const format = guessFolderFormat(files);
    const [inside] = files.filter((file) => file.endsWith(".onnx"));
    if (!format)
      throw notFound(inside === undefined ? "it is a folder" : `it is a folder; ${inside} is in it`);
    throw new CongruentError({
      code: "E_ONNX_INVALID",
      what: `${path} is no ONNX file but ${format.name}`,
      expected: "a complete ONNX model",
      fix: format.fix?.replace("FOLDER", path) ?? undefined,
    });
  }
  if (!found.isFile()) throw notFound("it is no regular file");
  if (found.size > MOST_BYTES) {
    throw new CongruentError({
      code: "E_ONNX_INVALID",
      what: `${path} has ${found.size} bytes`,
      expected: `at most ${MOST_BYTES}: no protobuf message is longer`,
      fix: "save the model with its weights as external data",
    });
  }
  const bytes = await readBytes(path, "E_MODEL_NOT_FOUND", fix);
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
