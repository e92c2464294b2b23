import { defineRuntime } from "./runtime-definition.js";

/** ONNX Runtime's native WebGPU execution provider in WebAssembly (the build `onnxruntime-web/webgpu`), over the browser's WebGPU. */
export const webWebgpu = defineRuntime({
  name: "web-webgpu",
  title: "WebGPU (native EP)",
  description: "onnxruntime-web/webgpu, native WebGPU EP",
  platform: "browser",
  kernels: "ort-webgpu",
  optimizer: "onnxruntime",
  threaded: false,
  variants: [],
  needs: "a browser with WebGPU",
  remedy:
    "use a browser with WebGPU (Chrome, Edge, Firefox or Safari of 2026) over https or on localhost, and turn hardware acceleration on",
  ort: {
    name: "webgpu",
    profileName: "WebGpuExecutionProvider",
    webBundle: "ort.webgpu.min.mjs",
    counterpart: "node-webgpu",
  },
});
