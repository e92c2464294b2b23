import { RUNTIME_KERNELS } from "@congruent/core";
import type { Runner } from "../runner.js";
import { runInBrowser } from "../web/run-in-browser.js";

/** ONNX Runtime's WebGPU kernels in a headless browser, on the machine's GPU or on SwiftShader. */
export const webWebgpu: Runner = {
  name: "web-webgpu",
  kernels: RUNTIME_KERNELS["web-webgpu"],
  run: (job) => runInBrowser(job, "web-webgpu"),
};
