/** Child process: runs an ONNX model with @congruent/runtime. */
import { answerOnce } from "@congruent/core/process";
import { load, runBatches } from "@congruent/runtime";
import type { ModelAnswer, ModelRequest } from "./protocol.js";

answerOnce<ModelRequest, ModelAnswer>(async ({ modelPath, inputs, batching, threads, ...options }) => {
  const begin = performance.now();
  const model = await load(modelPath, { ...options, ...(threads === undefined ? {} : { threads }) });
  const timings = { load: performance.now() - begin, runs: [] as number[] };
  const run = async (feeds: typeof inputs) => {
    const start = performance.now();
    const outputs = await model.run(feeds);
    timings.runs.push(performance.now() - start);
    return outputs;
  };
  const start = performance.now();
  const outputs =
    batching.mode === "once"
      ? await run(inputs)
      : await runBatches(inputs, { batchSize: batching.size, inputs: model.inputs }, run);
  const seconds = (performance.now() - start) / 1000;
  const { versions, adapter } = model;
  const placed = options.profile ? { placed: await model.placement() } : {};
  await model.close();
  return { outputs, versions, adapter, seconds, timings, ...placed };
});
