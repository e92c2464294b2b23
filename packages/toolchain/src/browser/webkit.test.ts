/** @needs webkit */

import { timeLimits } from "@congruent/core/testing";
import { jest } from "@jest/globals";
import { describeBrowser } from "./describe-browser.test.suite.js";

jest.setTimeout(timeLimits.programs);

describeBrowser({
  name: "webkit",
  pageProcess: /WebKitWebProcess/,
  mainProcess: /MiniBrowser/,
  tellsGpuDriver: false,
});
