import { timeLimits } from "@congruent/core/testing";
import { jest } from "@jest/globals";
import { describeRunner } from "./describe-runner.test.suite.js";
import { nodeCuda } from "./node-cuda.js";

jest.setTimeout(timeLimits.programs);

describeRunner({
  runner: nodeCuda,
  readsModel: true,
  provider: "CUDAExecutionProvider",
  mayLack: "no NVIDIA GPU, or set-up without --cuda",
});
