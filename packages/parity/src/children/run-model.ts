/** Child process: runs an ONNX model with @congruent/runtime. */
import { load } from "@congruent/runtime";
import { answerOnce } from "./answer.js";
import type { ModelRequest } from "./protocol.js";

answerOnce<ModelRequest>(async ({ modelPath, runtime, inputs, batchSize }) => {
  const model = await load(modelPath, { runtime });
  const start = performance.now();
  const outputs = await model.run(inputs, batchSize === null ? {} : { batchSize });
  const seconds = (performance.now() - start) / 1000;
  return { ok: true, outputs, versions: model.versions, adapter: model.adapter, seconds };
});
