/** @needs browser */

import { NODE_ORT_RUNTIMES } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { jest } from "@jest/globals";
import { describeRunner } from "../testing/describe-runner.js";
import { whyAbsent } from "../testing/why-absent.js";
import { nodeRunner } from "./node-runner.js";

jest.setTimeout(timeLimits.programs);

for (const runtime of NODE_ORT_RUNTIMES) {
  const runner = nodeRunner(runtime);
  describeRunner({ runner, readsModel: true, absent: whyAbsent(runner) });
}
