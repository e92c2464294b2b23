/** What each runtime of ONNX Runtime in Node needs of its process, and whether this machine has it. */
import type { NodeOrtRuntime } from "@congruent/core";
import { nodeCudaEnvironment } from "./cuda-state.js";
import { nodeWebGpuEnvironment } from "./webgpu-adapter.js";

export type RuntimeEnvironment =
  | {
      available: true;
      /** Variables that a process needs from its start: libraries are found through them. */
      env: Record<string, string>;
      /** What is known of the GPU, as reports show it; null without one. */
      adapter: string | null;
    }
  | { available: false; why: string; fix: string };

/** Found by trying; each is asked when it is needed. */
export const runtimeEnvironments: Readonly<Record<NodeOrtRuntime, () => Promise<RuntimeEnvironment>>> = {
  "node-cpu": async () => ({ available: true, env: {}, adapter: null }),

  async "node-webgpu"() {
    const found = await nodeWebGpuEnvironment();
    if (!found.available) return found;
    const software = found.adapter === "swiftshader";
    const adapter = software ? "SwiftShader (software)" : `Vulkan (${found.detail})`;
    return { available: true, env: found.env, adapter };
  },

  async "node-cuda"() {
    const found = await nodeCudaEnvironment();
    return found.available ? { available: true, env: found.env, adapter: "CUDA" } : found;
  },
};
