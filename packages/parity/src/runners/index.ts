/** Every runner, in the order of a report's columns. */
import type { Runner } from "../runner.js";
import { nodeCpu } from "./node-cpu.js";
import { nodeCuda } from "./node-cuda.js";
import { nodeWebgpu } from "./node-webgpu.js";
import { reference } from "./reference.js";
import { tfjs } from "./tfjs.js";
import { webWasm } from "./web-wasm.js";
import { webWebgpu } from "./web-webgpu.js";

export const runners: readonly Runner[] = [
  reference,
  tfjs,
  nodeCpu,
  nodeWebgpu,
  nodeCuda,
  webWasm,
  webWebgpu,
];
