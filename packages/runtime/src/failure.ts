import { CongruentError, messageOf, type OrtRuntime } from "@congruent/core/essentials";

/** ONNX Runtime's message without a C++ source location and condition before it. */
export function reasonOf(error: unknown): string {
  return messageOf(error)
    .replace(/^\S+\.cc:\d+ .*? was false\. /s, "")
    .trim();
}

export function unavailable(runtime: OrtRuntime, why: string, fix: string, cause?: unknown): CongruentError {
  return new CongruentError({
    code: "E_RUNTIME_UNAVAILABLE",
    what: `the runtime ${runtime} cannot be used: ${why}`,
    fix,
    exit: 3,
    cause,
  });
}
