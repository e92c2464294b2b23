import type { SessionSettings } from "@congruent/core/schemas";
import type { InferenceSession } from "onnxruntime-common";

/**
 * Settings as the options of `InferenceSession.create`, where ONNX Runtime takes them.
 *
 * @param provider the execution provider as ONNX Runtime names it
 * @example
 * ```ts
 * ortOptions("webgpu", { provider: { preferredLayout: "NCHW" }, config: {} });
 * // => { executionProviders: [{ name: "webgpu", preferredLayout: "NCHW" }] }
 * ortOptions("cpu", { provider: {}, config: { "session.disable_quant_qdq": "1" } });
 * // => { executionProviders: ["cpu"], extra: { "session.disable_quant_qdq": "1" } }
 * ```
 */
export function ortOptions(
  provider: string,
  settings?: SessionSettings,
): Pick<InferenceSession.SessionOptions, "executionProviders" | "extra"> {
  const { provider: own = {}, config = {} } = settings ?? {};
  const named = Object.keys(own).length > 0 ? { name: provider, ...own } : provider;
  return {
    executionProviders: [named as InferenceSession.ExecutionProviderConfig],
    ...(Object.keys(config).length > 0 ? { extra: config } : {}),
  };
}
