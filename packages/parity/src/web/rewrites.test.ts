/**
 * The rewrites' evidence in a browser, as ../rewrites.test.ts has it in Node: one browser for all of it.
 *
 * @needs browser web
 */
import { timeLimits } from "@congruent/core/testing";
import { afterAll, jest } from "@jest/globals";
import { runnerOf } from "../runners/index.js";
import { describeRewrites } from "../testing/describe-rewrites.js";
import { sharedBrowsers } from "../testing/shared-browser.js";
import { runInBrowser } from "./run-in-browser.js";

jest.setTimeout(timeLimits.programs);

const shared = sharedBrowsers();
afterAll(shared.close);

describeRewrites(runnerOf("web-webgpu"), (job) => runInBrowser(job, "web-webgpu", shared));
