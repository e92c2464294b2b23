import type { OrtRuntime } from "@congruent/core/essentials";

/**
 * ONNX Runtime's name for each runtime's execution provider: of all that core's definitions say of runtimes, what is needed before anything goes
 * wrong. `ort-runtimes.test.ts` compares them.
 */
export const PROVIDERS: Readonly<Record<OrtRuntime, string>> = {
  "node-cpu": "cpu",
  "node-webgpu": "webgpu",
  "node-cuda": "cuda",
  "web-wasm": "wasm",
  "web-jsep": "webgpu",
  "web-webgpu": "webgpu",
};
