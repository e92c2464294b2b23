import { defineRuntime } from "./runtime-definition.js";

/**
 * ONNX Runtime's older WebGPU kernels, written in TypeScript (JSEP), over the browser's WebGPU: onnxruntime-web's default import, and so
 * what most apps ship. They share no kernel with the native WebGPU EP of `web-webgpu`. Deprecated since ONNX Runtime 1.29.
 */
export const webJsep = defineRuntime({
  name: "web-jsep",
  title: "WebGPU (JSEP)",
  description: "onnxruntime-web's default import, WebGPU by JSEP",
  platform: "browser",
  kernels: "ort-jsep",
  optimizer: "onnxruntime",
  threaded: false,
  variants: [],
  needs: "a browser with WebGPU",
  remedy:
    "use a browser with WebGPU (Chrome, Edge, Firefox or Safari of 2026) over https or on localhost, and turn hardware acceleration on",
  ort: {
    name: "webgpu",
    profileName: "JsExecutionProvider",
    webBundle: "ort.min.mjs",
    counterpart: "node-webgpu",
  },
});
