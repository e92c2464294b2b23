/** ONNX Runtime in browsers: its build for WebAssembly alone. */
import { webPlatform } from "./web-platform.js";

export const platform = webPlatform({ "web-wasm": () => import("onnxruntime-web/wasm") });
