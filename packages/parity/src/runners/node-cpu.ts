import { RUNTIME_KERNELS } from "@congruent/core";
import { runInOrtChild } from "../ort-child.js";
import type { Runner } from "../runner.js";

/** ONNX Runtime's CPU kernels in Node. */
export const nodeCpu: Runner = {
  name: "node-cpu",
  kernels: RUNTIME_KERNELS["node-cpu"],
  threaded: true,
  run: (job) => runInOrtChild(job, { runtime: "node-cpu" }),
};
