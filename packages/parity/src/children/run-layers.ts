/** Child process: runs a tfjs layers model with @congruent/layers. */
import { answerOnce } from "@congruent/core/process";
import { predictLayersModel } from "@congruent/layers";
import type { LayersAnswer, LayersRequest } from "./protocol.js";

answerOnce<LayersRequest, LayersAnswer>(async (request) => {
  const start = performance.now();
  const { outputs, versions } = await predictLayersModel(request);
  return { outputs, versions, seconds: (performance.now() - start) / 1000 };
});
