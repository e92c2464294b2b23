/** What apps embed: one ONNX file, one API, in Node and in the browser. */
import type { OrtRuntime } from "@congruent/core/essentials";
import { platform } from "#session";
import { loadOn, whyUnavailableOn } from "./load.js";
import type { Model } from "./model.js";
import type { LoadOptions } from "./options.js";
import type { Source } from "./read-model.js";
import type { Unavailable } from "./session.js";

export * from "./api.js";

/**
 * Loads a model.
 *
 * @param source path or URL of an ONNX file, or its bytes
 * @throws CongruentError `E_OPTION`, `E_RUNTIME_NAME`, `E_MODEL_NOT_FOUND`, `E_ONNX_INVALID`, `E_ONNX_EXTERNAL`, `E_CARD`, `E_DTYPE`, `E_ABORTED`; of exit
 * 3 `E_RUNTIME_UNAVAILABLE`, `E_LOCALE`, and `E_RUNTIME_BUSY` where other code of the page is opening a session just now: models that are
 * loaded by this package take turns
 * @example
 * ```ts no-run
 * const model = await load("models/lenet/model.onnx");
 * const [answer] = await model.classify([pixels]);
 * ```
 */
export function load(source: Source, options?: LoadOptions): Promise<Model> {
  return loadOn(platform, source, options);
}

/**
 * Why a runtime cannot be used on this platform or in this page, as far as that is known without opening a model; null if no reason is
 * known.
 *
 * @example
 * ```ts
 * await whyUnavailable("node-cpu"); // => null
 * (await whyUnavailable("web-wasm")).fix; // => "use one of node-cpu, node-webgpu, node-cuda"
 * ```
 */
export function whyUnavailable(
  runtime: OrtRuntime,
  options?: { threads?: number | undefined },
): Promise<Unavailable | null> {
  return whyUnavailableOn(platform, runtime, options);
}
