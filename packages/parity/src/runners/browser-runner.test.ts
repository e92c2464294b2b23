/** @needs browser firefox webkit web */

import { fileURLToPath } from "node:url";
import { BROWSER_RUNTIMES, RUNTIMES_IN_BROWSERS, runtimeId } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { afterAll, jest } from "@jest/globals";
import type { RunnerJob } from "../runner.js";
import { describeRunner } from "../testing/describe-runner.js";
import { sharedBrowsers } from "../testing/shared-browser.js";
import { WEB_APP, whyAbsent } from "../testing/why-absent.js";
import { runInBrowser } from "../web/run-in-browser.js";
import { browserRunner } from "./browser-runner.js";
import { runnerOf } from "./index.js";

jest.setTimeout(timeLimits.programs);

const { launch, close } = sharedBrowsers();
afterAll(close);

for (const runtime of BROWSER_RUNTIMES) {
  for (const each of RUNTIMES_IN_BROWSERS) {
    const { browser } = each;
    if (each.runtime !== runtime || browser === null) continue;
    describeRunner({
      // Like runnerOf's, in a browser that runs already: that each job gets one of its own, which ends with it, is tested below and by
      // browsers.test.
      runner: { ...runnerOf(runtimeId(each)), run: (job) => runInBrowser(job, runtime, { browser, launch }) },
      readsModel: true,
      absent: whyAbsent(each),
      job: async () => ({ webApp: WEB_APP }),
    });
  }
}

const wasm = browserRunner("web-wasm", "chromium");
const absent = whyAbsent(wasm);

// A page that speaks the protocol and nothing more: tests the runner without the web app, in a browser for each job.
describeRunner({
  runner: wasm,
  readsModel: false,
  absent,
  job: async () => ({ webApp: fileURLToPath(new URL("../../fixtures/answers", import.meta.url)) }),
});

// The same page is isolated from other origins, so that threads may share memory.
describeRunner({
  runner: { ...wasm, run: (job: RunnerJob) => runInBrowser({ ...job, threads: 2 }, "web-wasm", { launch }) },
  readsModel: true,
  absent,
  job: async () => ({ webApp: WEB_APP }),
});
