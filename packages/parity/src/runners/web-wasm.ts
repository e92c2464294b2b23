import { availableParallelism } from "node:os";
import { RUNTIME_KERNELS } from "@congruent/core";
import type { Runner } from "../runner.js";
import { runInBrowser } from "../web/run-in-browser.js";

/** As many threads as pays in a browser, beside the one that always adds in one order. */
const THREADS = Math.min(4, availableParallelism());

/** ONNX Runtime's WebAssembly kernels in a headless browser. */
export const webWasm: Runner = {
  name: "web-wasm",
  kernels: RUNTIME_KERNELS["web-wasm"],
  threaded: true,
  variants: THREADS > 1 ? [{ name: `${THREADS} threads`, job: { threads: THREADS } }] : [],
  run: (job) => runInBrowser(job, "web-wasm"),
};
