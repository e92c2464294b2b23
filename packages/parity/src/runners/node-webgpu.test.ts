import { timeLimits } from "@congruent/core/testing";
import { jest } from "@jest/globals";
import { describeRunner } from "./describe-runner.test.suite.js";
import { nodeWebgpu } from "./node-webgpu.js";

jest.setTimeout(timeLimits.programs);

describeRunner({
  runner: nodeWebgpu,
  readsModel: true,
  provider: "WebGpuExecutionProvider",
  mayLack: "no Vulkan driver and no Chromium",
});
