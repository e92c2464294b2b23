/** Honest runtimes: kernels that are known to be right, of different makes. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { encodeModel } from "../../packages/onnx/src/index.ts";

const require = createRequire(new URL("../../packages/runtime/package.json", import.meta.url));
const node = require("onnxruntime-node");
const web = await import(pathToFileURL(require.resolve("onnxruntime-web/wasm")));
const wasm = web.default ?? web;
wasm.env.wasm.numThreads = 1;
for (const ort of [node, wasm]) {
  ort.env.logLevel = "fatal";
  if (typeof ort.env.disableTelemetry === "function") ort.env.disableTelemetry();
}

/** ONNX Runtime's native kernels, plain and with its fusions, and its WebAssembly kernels, which have no fused multiply-add. */
const runtimes = {
  "node-cpu, disabled": [node, "disabled"],
  "node-cpu, all": [node, "all"],
  "web-wasm, disabled": [wasm, "disabled"],
};

/**
 * A model's outputs as each runtime computes them; those that do not run it are left out.
 *
 * @param {string[]} [names] of the runtimes. Default: all
 * @returns {Promise<{ runtime: string, outputs: Record<string, import("@congruent/core").Tensor> }[]>}
 */
export async function observe(model, feeds, names = Object.keys(runtimes)) {
  const bytes = encodeModel(model);
  const seen = [];
  for (const runtime of names) {
    const [ort, graphOptimizationLevel] = runtimes[runtime];
    try {
      const session = await ort.InferenceSession.create(bytes, {
        graphOptimizationLevel,
        executionProviders: [ort === node ? "cpu" : "wasm"],
        logSeverityLevel: 4,
      });
      const inputs = Object.fromEntries(
        Object.entries(feeds).map(([name, { dtype, data, dims }]) => [
          name,
          new ort.Tensor(dtype, data, dims),
        ]),
      );
      const given = await session.run(inputs);
      const outputs = Object.entries(given).map(([name, { type, data, dims }]) => [
        name,
        { dtype: type, data: data.slice(), dims },
      ]);
      seen.push({ runtime, outputs: Object.fromEntries(outputs) });
      await session.release();
    } catch (error) {
      // What a runtime does not run is no measurement.
      if (!(error instanceof Error)) throw error;
    }
  }
  return seen;
}
