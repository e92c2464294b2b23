/** @needs firefox */

import { describeBrowser } from "./describe-browser.test.suite.js";

jest.setTimeout(timeLimits.programs);

describeBrowser({
  name: "firefox",
  pageProcess: /-contentproc .* tab$/,
  mainProcess: /--headless .*--remote-debugging-port/,
});
