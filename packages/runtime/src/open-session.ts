import { CongruentError, messageOf, type OrtRuntime, runtimeDefinition } from "@congruent/core/essentials";
import type { Platform, Session, SessionOptions } from "./session.js";

/**
 * @param name of the model, for errors
 * @throws CongruentError `E_ONNX_INVALID`, `E_ABORTED`; of exit 3 `E_RUNTIME_UNAVAILABLE`, `E_RUNTIME_BUSY`, `E_LOCALE`
 */
export async function openSession(
  platform: Platform,
  { bytes, name }: { bytes: Uint8Array; name: string },
  options: SessionOptions,
): Promise<Session> {
  try {
    return await platform.open(bytes, options);
  } catch (error) {
    if (error instanceof CongruentError) throw error;
    if (BUSY.test(messageOf(error))) throw busy(options.runtime, error);
    await probe(platform, options);
    const reason = reasonOf(error);
    // StringNormalizer builds a locale of the system, which small images of systems lack: no fault of the model.
    const [, locale] = /Failed to construct locale with name:\s*([\w.@-]+)/.exec(reason) ?? [];
    if (locale !== undefined) {
      throw new CongruentError({
        code: "E_LOCALE",
        what: `${options.runtime} cannot run ${name} here: this system lacks the locale ${locale}`,
        fix: `install it (Debian: apt-get install locales, then localedef -i en_US -f UTF-8 en_US.UTF-8), or save the model with another locale`,
        exit: 3,
        cause: error,
      });
    }
    throw new CongruentError({
      code: "E_ONNX_INVALID",
      what: `${options.runtime} refuses ${name}: ${reason}`,
      fix: "export the model again for an older operator set, or use another runtime",
      cause: error,
    });
  }
}

/** What ONNX Runtime says where two sessions are opened at once. */
const BUSY = /another WebGPU EP inference session is being created|multiple calls to 'init\w+\(\)' detected/;

function busy(runtime: OrtRuntime, cause: unknown): CongruentError {
  return new CongruentError({
    code: "E_RUNTIME_BUSY",
    what: `the runtime ${runtime} is opening another session just now: ${reasonOf(cause)}`,
    expected: "one at a time; models that are loaded by @congruent/runtime wait for each other",
    fix: "load the model again when the other one is ready",
    exit: 3,
    cause,
  });
}

/** y = Relu(x), float32 [1]: `open-session.test.ts` makes it of its parts. */
export const PROBE = Uint8Array.from(
  atob(
    "CAgSCWNvbmdydWVudDo8ChEKAXgSAXkaAXkiBFJlbHU6ABIFcHJvYmVaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAR",
  ),
  (letter) => letter.charCodeAt(0),
);

/** Whether the runtime can open any model: distinguishes an absent runtime from a model that it refuses. */
async function probe(platform: Platform, options: SessionOptions): Promise<void> {
  try {
    // The probe has none of the nodes that session settings may name.
    const tried = { ...options, profile: false, signal: undefined, session: undefined };
    const session = await platform.open(PROBE, tried);
    await session.close();
  } catch (error) {
    throw unavailable(options.runtime, reasonOf(error), runtimeDefinition(options.runtime).remedy, error);
  }
}

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
