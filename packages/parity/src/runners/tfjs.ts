import { existsSync } from "node:fs";
import { askScript } from "@congruent/core/process";
import { modelInterface } from "@congruent/onnx";
import { readModel } from "@congruent/onnx/files";
import type { LayersAnswer, LayersRequest } from "../children/protocol.js";
import { type Runner, sampleCount, takeSamples, unavailable } from "../runner.js";

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
    const request: LayersRequest = { directory, inputs, outputs, batching };
    const answer = await askScript<LayersAnswer>({
      script: new URL("../children/run-layers.js", import.meta.url),
      request,
      timeoutMs: job.timeoutMs,
      memoryBytes: job.memoryBytes,
    });
    return { ...answer, adapter: null, samples: sampleCount(inputs, batching) };
  },
};
