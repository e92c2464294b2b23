/** ONNX Runtime in browsers: its build for WebGPU (the native execution provider) alone. */
import { webPlatform } from "./web-platform.js";

export const platform = webPlatform({ "web-webgpu": () => import("onnxruntime-web/webgpu") });
