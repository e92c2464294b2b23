/**
 * The package for pages that carry the build for WebAssembly alone: of ONNX Runtime's builds a bundler emits this one. In Node it is
 * the whole package.
 */
import type { OrtRuntime } from "@congruent/core/essentials";
import { platform } from "#session-wasm";
import { loadOn, whyUnavailableOn } from "./load.js";
import type { Model } from "./model.js";
import type { LoadOptions } from "./options.js";
import type { Source } from "./read-model.js";
import type { Unavailable } from "./session.js";

export * from "./api.js";

/** As `load` of the package itself; in a browser it knows the runtime `web-wasm` alone. */
export function load(source: Source, options?: LoadOptions): Promise<Model> {
  return loadOn(platform, source, options);
}

/** As `whyUnavailable` of the package itself. */
export function whyUnavailable(
  runtime: OrtRuntime,
  options?: { threads?: number | undefined },
): Promise<Unavailable | null> {
  return whyUnavailableOn(platform, runtime, options);
}
