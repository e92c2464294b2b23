import { describeBrowser } from "./describe-browser.test.suite.js";

describeBrowser({ name: "webkit", pageProcess: /WebKitWebProcess/, mainProcess: /MiniBrowser/ });
