import { defineRuntime } from "./runtime-definition.js";

/** ONNX Runtime's native WebGPU execution provider in Node: the same kernels as `web-webgpu`, whose shaders Dawn compiles. */
export const nodeWebgpu = defineRuntime({
  name: "node-webgpu",
  title: "WebGPU (native EP)",
  description: "onnxruntime-node, native WebGPU EP",
  platform: "node",
  kernels: "ort-webgpu",
  optimizer: "onnxruntime",
  threaded: false,
  variants: [],
  needs: "a Vulkan driver, or Chromium's SwiftShader",
  remedy:
    "install a Vulkan driver and loader (Debian: apt-get install libvulkan1 mesa-vulkan-drivers); a software adapter is named by VK_ICD_FILENAMES",
  ort: {
    name: "webgpu",
    profileName: "WebGpuExecutionProvider",
    webBundle: null,
    counterpart: "web-webgpu",
  },
});
