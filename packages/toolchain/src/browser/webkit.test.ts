/** @needs webkit */

import { describeBrowser } from "./describe-browser.test.suite.js";

jest.setTimeout(timeLimits.programs);

describeBrowser({ name: "webkit", pageProcess: /WebKitWebProcess/, mainProcess: /MiniBrowser/ });
