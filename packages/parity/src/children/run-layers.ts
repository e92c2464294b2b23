/** Child process: runs a tfjs layers model with @congruent/layers. */
import { answerOnce } from "@congruent/core/process";
import { predictLayersModel, runLayersModel } from "@congruent/layers";
import type { LayersAnswer, LayersRequest } from "./protocol.js";

/** The outputs of the image-classifier profile: the file computes some that the source model has no name for. */
const OF_CLASSIFIERS = ["label", "probabilities", "logits"];

answerOnce<LayersRequest, LayersAnswer>(async ({ directory, inputs, outputs: names, batchSize }) => {
  const start = performance.now();
  const [pixels, ...others] = Object.values(inputs);
  const classifies = names.includes("label") && names.every((name) => OF_CLASSIFIERS.includes(name));
  const { outputs, versions } =
    classifies && pixels?.dtype === "float32" && others.length === 0
      ? await predictLayersModel({ directory, pixels, batchSize })
      : await runLayersModel({ directory, inputs, outputs: names, batchSize });
  return { outputs, versions, seconds: (performance.now() - start) / 1000 };
});
