/** Child process: runs a tfjs layers model with @congruent/layers. */
import { CongruentError } from "@congruent/core";
import { answerOnce } from "@congruent/core/process";
import { predictLayersModel } from "@congruent/layers";
import type { LayersAnswer, LayersRequest } from "./protocol.js";

answerOnce<LayersRequest, LayersAnswer>(async ({ directory, inputs, batchSize }) => {
  const [pixels, ...others] = Object.values(inputs);
  if (pixels?.dtype !== "float32" || others.length > 0) {
    throw new CongruentError({
      code: "E_INPUT_DTYPE",
      what: `the source model was given the inputs ${Object.keys(inputs).join(", ")}`,
      expected: "one float32 input",
    });
  }
  const start = performance.now();
  const { outputs, versions } = await predictLayersModel({ directory, pixels, batchSize });
  return { outputs, versions, seconds: (performance.now() - start) / 1000 };
});
