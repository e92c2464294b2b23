import { z } from "zod";

/** Every runtime that a model can be compared on, in the order of a report's columns. */
export const RUNTIMES = [
  "reference",
  "tfjs",
  "node-cpu",
  "node-webgpu",
  "node-cuda",
  "web-wasm",
  "web-webgpu",
] as const;
export const runtimeNameSchema = z.enum(RUNTIMES);
export type RuntimeName = z.output<typeof runtimeNameSchema>;

/**
 * Whose arithmetic a runtime computes with. Two runtimes with the same kernels make the same mistakes, so that they agree proves
 * nothing: a verdict counts kernels, not runtimes.
 *
 * `ort-cpu-native` and `ort-cpu-wasm` count as two. Both are builds of ONNX Runtime's MLAS, but not of the same code paths:
 * natively it runs hand-written AVX2 or AVX-512 assembly, on x64 with convolutions in blocked layouts (NCHWc), chosen by the
 * processor at run time; in WebAssembly it runs other kernels over 128-bit SIMD, without those layouts, compiled by another
 * compiler. What they do share is the graph optimizer and the operators' handling of shapes and attributes: a fault there shows in
 * both alike, and it takes `tensorflow` or `fp64` to see it. `fp64` is @congruent/reference, which shares no code with any runtime.
 */
export const KERNELS = [
  "fp64",
  "tensorflow",
  "ort-cpu-native",
  "ort-cpu-wasm",
  "ort-webgpu",
  "ort-cuda",
] as const;
export const kernelsSchema = z.enum(KERNELS);
export type Kernels = z.output<typeof kernelsSchema>;

/** The kernels of every runtime. WebGPU's are the same shaders in Node and in a browser. */
export const RUNTIME_KERNELS: Readonly<Record<RuntimeName, Kernels>> = {
  reference: "fp64",
  tfjs: "tensorflow",
  "node-cpu": "ort-cpu-native",
  "node-webgpu": "ort-webgpu",
  "node-cuda": "ort-cuda",
  "web-wasm": "ort-cpu-wasm",
  "web-webgpu": "ort-webgpu",
};
