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
    "use a machine with an NVIDIA GPU and a driver for CUDA 13, and let onnxruntime-node's install script fetch its CUDA provider",
  ort: { name: "cuda", profileName: "CUDAExecutionProvider", webBundle: null, counterpart: "web-webgpu" },
});
