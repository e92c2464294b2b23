/** @needs firefox */

import { timeLimits } from "@congruent/core/testing";
import { jest } from "@jest/globals";
import { describeBrowser } from "./describe-browser.test.suite.js";

jest.setTimeout(timeLimits.programs);

describeBrowser({
  name: "firefox",
  pageProcess: /-contentproc .* tab$/,
  mainProcess: /--headless .*--remote-debugging-port/,
  tellsGpuDriver: false,
});
