/** Child process: runs an ONNX model with @congruent/reference. */
import type { Tensor } from "@congruent/core";
import { modelInterface } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import { prepare, toTensor } from "@congruent/reference";
import { checkFeeds, runBatches } from "@congruent/runtime";
import { answerOnce } from "./answer.js";
import type { ReferenceRequest } from "./protocol.js";

answerOnce<ReferenceRequest>(async ({ modelPath, inputs: feeds, batchSize }) => {
  const { model } = await readModel(modelPath);
  const { inputs } = modelInterface(model);
  const interpreter = prepare(model);
  const runOnce = (part: Record<string, Tensor>) =>
    Object.fromEntries([...interpreter.run(part).outputs].map(([name, value]) => [name, toTensor(value)]));
  const start = performance.now();
  if (batchSize === null) checkFeeds(feeds, inputs);
  const outputs =
    batchSize === null ? runOnce(feeds) : await runBatches(feeds, { batchSize, inputs }, runOnce);
  const seconds = (performance.now() - start) / 1000;
  // exp, tanh and the like are those of the JavaScript engine.
  const { node = "", v8 = "" } = process.versions;
  return { ok: true, outputs, versions: { node, v8 }, adapter: null, seconds };
});
