import { defineRuntime } from "./runtime-definition.js";

/** ONNX Runtime's CUDA execution provider in Node. */
export const nodeCuda = defineRuntime({
  name: "node-cuda",
  title: "CUDA",
  description: "onnxruntime-node, CUDA",
  platform: "node",
  kernels: "ort-cuda",
  optimizer: "onnxruntime",
  threaded: false,
  variants: [],
  needs: "`npm run setup -- --cuda`, an NVIDIA driver; [unverified](docs/gpu.md)",
  remedy:
    "run npm run setup -- --cuda on a machine with an NVIDIA GPU and a driver for CUDA 13; congruent doctor says what is missing",
  ort: { name: "cuda", profileName: "CUDAExecutionProvider", webBundle: null, counterpart: "web-webgpu" },
});
