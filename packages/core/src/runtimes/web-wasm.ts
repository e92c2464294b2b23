import { defineRuntime } from "./runtime-definition.js";

/** ONNX Runtime's CPU kernels in WebAssembly; see `node-cpu` for why they count as kernels of their own. */
export const webWasm = defineRuntime({
  name: "web-wasm",
  title: "WebAssembly",
  description: "onnxruntime-web, WebAssembly",
  platform: "browser",
  kernels: "ort-cpu-wasm",
  optimizer: "onnxruntime",
  threaded: true,
  variants: ["threads"],
  needs: "a browser",
  remedy:
    "check that ONNX Runtime's .wasm files are served beside the page (option wasmPaths) and that the page's content security policy allows WebAssembly",
  ort: {
    name: "wasm",
    profileName: "CPUExecutionProvider",
    webBundle: "ort.wasm.min.mjs",
    counterpart: "node-cpu",
  },
});
