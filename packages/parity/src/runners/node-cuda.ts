import { runInOrtChild } from "../ort-child.js";
import type { Runner } from "../runner.js";

/** ONNX Runtime's CUDA kernels in Node. */
export const nodeCuda: Runner = {
  name: "node-cuda",
  run: (job) => runInOrtChild(job, { runtime: "node-cuda" }),
};
