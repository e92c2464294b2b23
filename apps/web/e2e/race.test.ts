/** @needs browser web */
import { describeIf, timeLimits } from "@congruent/core/testing";
import { launchChromium } from "@congruent/toolchain";
import { afterAll, beforeAll, it, jest } from "@jest/globals";
import type { Browser } from "playwright-core";
import { whySkipped } from "./open-page.js";
import { raceDrawPage, raceParityPage } from "./race.js";

jest.setTimeout(timeLimits.programs);

const skipped = whySkipped();
const inBrowser = describeIf(skipped === null, skipped ?? "");

// Seed 8 comes back to a model before another was loaded.
const seeds = [0, 1, 2, 8];

inBrowser("choosing models and runtimes quickly", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium({ webgpu: "software" });
  });
  afterAll(() => browser?.close());

  it("parity page: no false verdict, no lost page, and the final choice's result", () =>
    raceParityPage({ browser, seeds }));

  it("draw page: no lost page, and the final choice answers", () => raceDrawPage({ browser, seeds }));
});
