import { nodeWebGpuEnvironment } from "../onnxruntime/webgpu-adapter.js";
import { absent, present, type Tool } from "../tool.js";

export const nodeWebgpu: Tool = {
  name: "node-webgpu",
  title: "WebGPU adapter for Node (node-webgpu)",
  optional: true,
  async inspect() {
    const state = await nodeWebGpuEnvironment();
    return state.available ? present(state.adapter, state.detail) : absent(state.why, state.fix);
  },
};
