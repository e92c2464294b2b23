/** @needs browser web */

import { fileURLToPath } from "node:url";
import { timeLimits } from "@congruent/core/testing";
import { jest } from "@jest/globals";
import { runInBrowser } from "../web/run-in-browser.js";
import { describeRunner } from "./describe-runner.test.suite.js";
import { webWasm } from "./web-wasm.js";

jest.setTimeout(timeLimits.programs);

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// A page that speaks the protocol and nothing more: tests the runner without the web app.
describeRunner({
  runner: { ...webWasm, run: (job) => runInBrowser(job, "web-wasm") },
  readsModel: false,
  mayLack: "no browser",
  job: async () => ({ webApp: folder("../../fixtures/answers") }),
});

describeRunner({
  runner: webWasm,
  readsModel: true,
  provider: "CPUExecutionProvider",
  mayLack: "no browser, or apps/web is not built",
  job: async () => ({ webApp: folder("../../../../apps/web/dist") }),
});

// The same page is isolated from other origins, so that threads may share memory.
describeRunner({
  runner: { ...webWasm, run: (job) => runInBrowser({ ...job, threads: 2 }, "web-wasm") },
  readsModel: true,
  provider: "CPUExecutionProvider",
  mayLack: "no browser, or apps/web is not built",
  job: async () => ({ webApp: folder("../../../../apps/web/dist") }),
});
