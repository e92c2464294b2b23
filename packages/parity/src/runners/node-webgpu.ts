import { RUNTIME_KERNELS } from "@congruent/core";
import { nodeWebGpuEnvironment } from "@congruent/toolchain";
import { runInOrtChild } from "../ort-child.js";
import { type Runner, unavailable } from "../runner.js";

/** ONNX Runtime's WebGPU kernels in Node, on the machine's GPU or on SwiftShader. */
export const nodeWebgpu: Runner = {
  name: "node-webgpu",
  kernels: RUNTIME_KERNELS["node-webgpu"],
  async run(job) {
    const found = await nodeWebGpuEnvironment();
    if (!found.available) throw unavailable("node-webgpu", found.why, found.fix);
    const software = found.adapter === "swiftshader";
    const adapter = software ? "SwiftShader (software)" : `Vulkan (${found.detail})`;
    return runInOrtChild(job, { runtime: "node-webgpu", env: found.env, adapter, software });
  },
};
