/** Why a session could not be opened: loaded only when it could not. */
import { CongruentError, messageOf, type OrtRuntime } from "@congruent/core/essentials";
import { reasonOf, unavailable } from "./failure.js";
import { remedyOf } from "./remedy.js";
import type { Platform, SessionOptions } from "./session.js";

interface Failed {
  platform: Platform;
  /** Of the model. */
  name: string;
  options: SessionOptions;
}

/** `E_ONNX_INVALID`; of exit 3 `E_RUNTIME_UNAVAILABLE`, `E_RUNTIME_BUSY`, `E_LOCALE` */
export async function explain(error: unknown, { platform, name, options }: Failed): Promise<CongruentError> {
  if (BUSY.test(messageOf(error))) return busy(options.runtime, error);
  await probe(platform, options);
  const reason = reasonOf(error);
  // StringNormalizer builds a locale of the system, which small images of systems lack: no fault of the model.
  const [, locale] = /Failed to construct locale with name:\s*([\w.@-]+)/.exec(reason) ?? [];
  if (locale !== undefined) {
    return new CongruentError({
      code: "E_LOCALE",
      what: `${options.runtime} cannot run ${name} here: this system lacks the locale ${locale}`,
      fix: `install it (Debian: apt-get install locales, then localedef -i en_US -f UTF-8 en_US.UTF-8), or save the model with another locale`,
      exit: 3,
      cause: error,
    });
  }
  return new CongruentError({
    code: "E_ONNX_INVALID",
    what: `${options.runtime} refuses ${name}: ${reason}`,
    fix: "export the model again for an older operator set, or use another runtime",
    cause: error,
  });
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

/** y = Relu(x), float32 [1]: `explain-failure.test.ts` makes it of its parts. */
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
    throw unavailable(options.runtime, reasonOf(error), remedyOf(options.runtime), error);
  }
}
