/**
 * What @congruent/passes rewrites for a runtime is still wrong there, and right once it is rewritten. A rewrite whose evidence has become right is
 * to be removed, or its versions narrowed.
 *
 * @needs browser
 */
import { timeLimits } from "@congruent/core/testing";
import { jest } from "@jest/globals";
import { runnerOf } from "./runners/index.js";
import { describeRewrites } from "./testing/describe-rewrites.js";

jest.setTimeout(timeLimits.programs);

describeRewrites(runnerOf("node-webgpu"));
