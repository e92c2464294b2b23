/** Child process: runs an ONNX model with @congruent/runtime. */
import { answerOnce } from "@congruent/core/process";
import { useOnnxruntime } from "./other-onnxruntime.js";
import type { ModelAnswer, ModelRequest } from "./protocol.js";
import { runsBefore } from "./runs-before.js";

answerOnce<ModelRequest, ModelAnswer>(async (request) => {
  const { modelPath, inputs, batching, threads, onnxruntime, history, ...options } = request;
  if (onnxruntime !== undefined) useOnnxruntime(onnxruntime);
  // Not before: which release of ONNX Runtime it loads has just been told.
  const { load, runBatches } = await import("@congruent/runtime");
  const begin = performance.now();
  const open = () => load(modelPath, { ...options, ...(threads === undefined ? {} : { threads }) });
  const model = await open();
  const timings = { load: performance.now() - begin, runs: [] as number[] };
  const runWith = (loaded: typeof model, size?: number) => {
    const run = async (feeds: typeof inputs) => {
      const start = performance.now();
      const outputs = await loaded.run(feeds);
      timings.runs.push(performance.now() - start);
      return outputs;
    };
    return batching.mode === "once"
      ? run(inputs)
      : runBatches(inputs, { batchSize: size ?? batching.size, inputs: loaded.inputs }, run);
  };
  const meanwhile = history && (await runsBefore[history]({ open, model, runWith, batching }));
  const start = performance.now();
  const outputs = await runWith(model);
  const seconds = (performance.now() - start) / 1000;
  await meanwhile?.();
  const { versions, adapter } = model;
  const placed = options.profile ? { placed: await model.placement() } : {};
  await model.close();
  return { outputs, versions, adapter, seconds, timings, ...placed };
});
