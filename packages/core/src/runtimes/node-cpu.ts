import { defineRuntime } from "./runtime-definition.js";

/**
 * ONNX Runtime's CPU provider in Node. Its kernels count as others than those of WebAssembly. Both are builds of ONNX Runtime's MLAS,
 * but not of the same code paths: natively it runs hand-written AVX2 or AVX-512 assembly, on x64 with convolutions in blocked layouts
 * (NCHWc), chosen by the processor at run time; in WebAssembly it runs other kernels over 128-bit SIMD, without those layouts, compiled
 * by another compiler. Both share the graph optimizer and the operators' handling of shapes and attributes: a fault there shows in both
 * alike, and `tfjs` or `reference` is needed to see it.
 */
export const nodeCpu = defineRuntime({
  name: "node-cpu",
  title: "CPU",
  description: "onnxruntime-node, CPU",
  platform: "node",
  kernels: "ort-cpu-native",
  optimizer: "onnxruntime",
  threaded: true,
  variants: [],
  needs: "nothing more",
  remedy: "install onnxruntime-node again: its native library for this platform is missing or damaged",
  ort: { name: "cpu", profileName: "CPUExecutionProvider", webBundle: null, counterpart: "web-wasm" },
});
