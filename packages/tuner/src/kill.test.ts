import { timeLimits } from "@congruent/core/testing";
import { jest } from "@jest/globals";
import { describeKilled } from "./testing/describe-killed.js";

jest.setTimeout(timeLimits.programs);

describeKilled({ kills: 3, sampler: "random", seed: 1 });
describeKilled({ kills: 2, sampler: "tpe", seed: 2 });
