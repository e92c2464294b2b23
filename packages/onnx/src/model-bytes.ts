/** The bytes of an ONNX file on disk. Node only. */
import { readdir, stat } from "node:fs/promises";
import { CongruentError } from "@congruent/core/essentials";
import { readBytes, whyOfFile } from "@congruent/core/files";
import { guessFolderFormat } from "./formats.js";

/** What a protobuf message can be long. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * The file's own bytes, without what lies in other files.
 *
 * @throws CongruentError `E_MODEL_NOT_FOUND`; `E_ONNX_INVALID` for a folder of another format and a file that is too long
 */
export async function modelFileBytes(path: string): Promise<Uint8Array> {
  const fix = "check the path";
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
  return readBytes(path, "E_MODEL_NOT_FOUND", fix);
}
