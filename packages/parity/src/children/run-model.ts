/** Child process: runs an ONNX model with @congruent/runtime, and hands over each batch as soon as it is done. */
import { answerInParts } from "@congruent/core/process";
import { runInParts } from "../run-in-parts.js";
import { useOnnxruntime } from "./other-onnxruntime.js";
import type { ModelPart, ModelRequest } from "./protocol.js";
import { runsBefore } from "./runs-before.js";

answerInParts<ModelRequest, ModelPart>(async (request, hand) => {
  const { modelPath, inputs, batching, threads, onnxruntime, history, growWithinMs, ...options } = request;
  if (onnxruntime !== undefined) useOnnxruntime(onnxruntime);
  // Not before: which release of ONNX Runtime it loads has just been told.
  const { load: open, runBatches } = await import("@congruent/runtime");
  const begin = performance.now();
  const openModel = () => open(modelPath, { ...options, ...(threads === undefined ? {} : { threads }) });
  const model = await openModel();
  const load = performance.now() - begin;
  const runWith = (loaded: typeof model, size?: number) =>
    batching.mode === "once"
      ? loaded.run(inputs)
      : runBatches(inputs, { batchSize: size ?? batching.size, inputs: loaded.inputs }, (feeds) =>
          loaded.run(feeds),
        );
  const meanwhile = history && (await runsBefore[history]({ open: openModel, model, runWith, batching }));
  const left = growWithinMs === undefined ? undefined : () => growWithinMs - process.uptime() * 1000;
  const { versions, adapter } = model;
  await runInParts(
    (feeds) => model.run(feeds),
    inputs,
    { batching, left },
    async (part) => {
      // Of the first run alone; told at once, as there may be no time for another part.
      const placed = options.profile ? { placed: await model.placement() } : {};
      await hand({ ...part, versions, adapter, load, ...placed });
    },
  );
  await meanwhile?.();
  await model.close();
});
