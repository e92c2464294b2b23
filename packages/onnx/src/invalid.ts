/** The errors of a file that is no ONNX model. */
import { CongruentError, messageOf } from "@congruent/core/essentials";

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
