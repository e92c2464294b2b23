/** ONNX Runtime in browsers, with every build: which of them an app names is known only when it runs. */
import type { BrowserRuntime } from "@congruent/core/essentials";
import { type Build, webPlatform } from "./web-platform.js";

/**
 * Each provider has a build of its own: the WebGPU build carries a larger .wasm, and its CPU kernels are not those that an app
 * without WebGPU would load. The names are literal because bundlers follow only such imports.
 */
const builds: Readonly<Record<BrowserRuntime, Build>> = {
  "web-wasm": () => import("onnxruntime-web/wasm"),
  "web-jsep": () => import("onnxruntime-web"),
  "web-webgpu": () => import("onnxruntime-web/webgpu"),
};

export const platform = webPlatform(builds);
