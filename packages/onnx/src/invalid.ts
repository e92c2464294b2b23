/** The errors of a file that is no ONNX model. */
import { CongruentError, messageOf } from "@congruent/core/essentials";
import { guessFormat } from "./formats.js";

/**
 * @throws CongruentError `E_ONNX_INVALID` for no bytes at all, and for those of a kind of file that people give instead of ONNX by mistake
 */
export function refuseForeign(bytes: Uint8Array, source: string): void {
  if (bytes.length === 0) throw invalid(source, "is empty");
  const format = guessFormat(bytes);
  if (format) throw invalid(source, `is no ONNX file but ${format.name}`, undefined, format.fix);
  if (/(^|[\\/])saved_model\.pb$/.test(source)) {
    const fix = "convert its folder: python -m tf2onnx.convert --saved-model FOLDER --output model.onnx";
    throw invalid(source, "is no ONNX file but a TensorFlow SavedModel's graph", undefined, fix);
  }
}

/** Of bytes that are no protobuf message of ONNX's. */
export function unreadable(source: string, cause: unknown): CongruentError {
  return invalid(
    source,
    `cannot be read as an ONNX model: truncated, damaged or another kind of file (${messageOf(cause)})`,
    cause,
  );
}

export function invalid(
  source: string,
  flaw: string,
  cause?: unknown,
  fix: string | null = null,
): CongruentError {
  return new CongruentError({
    code: "E_ONNX_INVALID",
    what: `${source} ${flaw}`,
    expected: "a complete ONNX model",
    fix: fix ?? "check the path, or export or download the file again",
    cause,
  });
}
