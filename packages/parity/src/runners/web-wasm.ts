import { RUNTIME_KERNELS } from "@congruent/core";
import type { Runner } from "../runner.js";
import { runInBrowser } from "../web/run-in-browser.js";

/** ONNX Runtime's WebAssembly kernels in a headless browser. */
export const webWasm: Runner = {
  name: "web-wasm",
  kernels: RUNTIME_KERNELS["web-wasm"],
  run: (job) => runInBrowser(job, "web-wasm"),
};
