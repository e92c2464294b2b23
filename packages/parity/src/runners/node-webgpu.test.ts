import { describeRunner } from "./describe-runner.test.suite.js";
import { nodeWebgpu } from "./node-webgpu.js";

describeRunner({
  runner: nodeWebgpu,
  readsModel: true,
  provider: "WebGpuExecutionProvider",
  mayLack: "no Vulkan driver and no Chromium",
});
