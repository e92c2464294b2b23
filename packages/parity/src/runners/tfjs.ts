import { existsSync } from "node:fs";
import { askInParts } from "@congruent/core/process";
import { modelInterface } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import type { LayersPart, LayersRequest } from "../children/protocol.js";
import { CollectedParts } from "../collected-parts.js";
import { mayGrow, type Runner, takeSamples, unavailable } from "../runner.js";

/** The model that was trained, before any export, on TensorFlow's kernels. */
export const tfjs: Runner = {
  runtime: "tfjs",
  browser: null,
  wholeOnly: true,
  async run(job) {
    const directory = job.layersDirectory;
    if (directory === null || !existsSync(directory)) {
      throw unavailable(
        tfjs,
        directory === null ? "the source model was not given" : `there is no source model at ${directory}`,
        "give the folder of the trained tfjs layers model, or leave tfjs out",
      );
    }
    const inputs = takeSamples(job);
    const { batching } = job;
    const { model } = await readModel(job.modelPath);
    const outputs = modelInterface(model).outputs.map(({ name }) => name);
    const collected = new CollectedParts<LayersPart>(job, inputs);
    const request: LayersRequest = {
      ...{ directory, inputs, outputs, batching },
      growWithinMs: mayGrow(job) ? collected.limitMs : undefined,
    };
    const complete = await askInParts<LayersPart>(
      {
        script: new URL("../children/run-layers.js", import.meta.url),
        request,
        timeoutMs: collected.limitMs,
        memoryBytes: job.memoryBytes,
        signal: job.signal,
      },
      (part) => collected.add(part),
    );
    const result = collected.result(complete);
    const [{ versions }] = collected.parts as [LayersPart];
    return { ...result, versions, adapter: null };
  },
};
