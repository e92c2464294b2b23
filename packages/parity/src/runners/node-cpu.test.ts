import { timeLimits } from "@congruent/core/testing";
import { jest } from "@jest/globals";
import { describeRunner } from "./describe-runner.test.suite.js";
import { nodeCpu } from "./node-cpu.js";

jest.setTimeout(timeLimits.programs);

describeRunner({ runner: nodeCpu, readsModel: true, provider: "CPUExecutionProvider" });
