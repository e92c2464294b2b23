/** Where the repro of each runtime's fault is run. */
import type { RuntimeName } from "@congruent/core";
import { nodeCudaEnvironment, nodeWebGpuEnvironment } from "@congruent/toolchain";

export interface Venue {
  /** Execution providers as onnxruntime-node and onnxruntime-web name them. */
  node: string;
  web: string;
  /** Which of the two shows the fault. */
  shownIn: "node" | "web";
  /** Variables that the script needs on this machine to find the runtime's libraries. */
  env?: () => Promise<Record<string, string>>;
}

const nothing = async () => ({});

export const venues: Readonly<Partial<Record<RuntimeName, Venue>>> = {
  "node-cpu": { node: "cpu", web: "wasm", shownIn: "node", env: nothing },
  "node-webgpu": {
    node: "webgpu",
    web: "webgpu",
    shownIn: "node",
    env: async () => envOf(await nodeWebGpuEnvironment()),
  },
  "node-cuda": {
    node: "cuda",
    web: "webgpu",
    shownIn: "node",
    env: async () => envOf(await nodeCudaEnvironment()),
  },
  "web-wasm": { node: "cpu", web: "wasm", shownIn: "web" },
  "web-webgpu": { node: "webgpu", web: "webgpu", shownIn: "web" },
};

function envOf(found: { available: true; env: Record<string, string> } | { available: false }) {
  return found.available ? found.env : {};
}
