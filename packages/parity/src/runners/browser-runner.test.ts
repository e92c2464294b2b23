/** @needs browser firefox webkit web */

import { fileURLToPath } from "node:url";
import { RUNTIMES_IN_BROWSERS, runtimeId } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { jest } from "@jest/globals";
import { describeRunner } from "../testing/describe-runner.js";
import { WEB_APP, whyAbsent } from "../testing/why-absent.js";
import { browserRunner } from "./browser-runner.js";
import { runnerOf } from "./index.js";

jest.setTimeout(timeLimits.programs);

for (const each of RUNTIMES_IN_BROWSERS) {
  if (each.browser === null) continue;
  describeRunner({
    runner: runnerOf(runtimeId(each)),
    readsModel: true,
    absent: whyAbsent(each),
    job: async () => ({ webApp: WEB_APP }),
  });
}

const wasm = browserRunner("web-wasm", "chromium");
const absent = whyAbsent(wasm);

// A page that speaks the protocol and nothing more: tests the runner without the web app.
describeRunner({
  runner: wasm,
  readsModel: false,
  absent,
  job: async () => ({ webApp: fileURLToPath(new URL("../../fixtures/answers", import.meta.url)) }),
});

// The same page is isolated from other origins, so that threads may share memory.
describeRunner({
  runner: { ...wasm, run: (job) => wasm.run({ ...job, threads: 2 }) },
  readsModel: true,
  absent,
  job: async () => ({ webApp: WEB_APP }),
});
