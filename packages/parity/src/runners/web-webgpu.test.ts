/** @needs browser web */

import { fileURLToPath } from "node:url";
import { timeLimits } from "@congruent/core/testing";
import { jest } from "@jest/globals";
import { describeRunner } from "./describe-runner.test.suite.js";
import { webWebgpu } from "./web-webgpu.js";

jest.setTimeout(timeLimits.programs);

describeRunner({
  runner: webWebgpu,
  readsModel: true,
  provider: "WebGpuExecutionProvider",
  mayLack: "no browser, no adapter, or apps/web is not built",
  job: async () => ({ webApp: fileURLToPath(new URL("../../../../apps/web/dist", import.meta.url)) }),
});
