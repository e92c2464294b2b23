import { RUNTIME_KERNELS } from "@congruent/core";
import { nodeCudaEnvironment } from "@congruent/toolchain";
import { runInOrtChild } from "../ort-child.js";
import { type Runner, unavailable } from "../runner.js";

/** ONNX Runtime's CUDA kernels in Node. */
export const nodeCuda: Runner = {
  name: "node-cuda",
  kernels: RUNTIME_KERNELS["node-cuda"],
  async run(job) {
    const found = await nodeCudaEnvironment();
    if (!found.available) throw unavailable("node-cuda", found.why, found.fix);
    return runInOrtChild(job, { runtime: "node-cuda", env: found.env, adapter: "CUDA" });
  },
};
