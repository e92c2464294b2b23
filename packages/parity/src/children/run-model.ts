/** Child process: runs an ONNX model with @congruent/runtime. */
import { load } from "@congruent/runtime";
import { answerOnce } from "./answer.js";
import type { ModelRequest } from "./protocol.js";

answerOnce<ModelRequest>(async ({ modelPath, runtime, inputs, batchSize, threads, optimization }) => {
  const options = threads === undefined ? {} : { threads };
  const model = await load(modelPath, { runtime, optimization, profile: true, ...options });
  const start = performance.now();
  const outputs = await model.run(inputs, batchSize === null ? {} : { batchSize });
  const seconds = (performance.now() - start) / 1000;
  const { versions, adapter } = model;
  const placed = await model.placement();
  await model.close();
  return { ok: true, outputs, versions, adapter, seconds, placed };
});
