import { timeLimits } from "@congruent/core/testing";
import { jest } from "@jest/globals";
import { describeKilled } from "./testing/describe-killed.js";

jest.setTimeout(timeLimits.programs);

describeKilled({ kills: 10, sampler: "random", seed: 3 });
describeKilled({ kills: 10, sampler: "random", seed: 4, parallel: 3 });
describeKilled({ kills: 10, sampler: "tpe", seed: 5 });
