import { describeBrowser } from "./describe-browser.test.suite.js";

describeBrowser({
  name: "firefox",
  pageProcess: /-contentproc .* tab$/,
  mainProcess: /--headless .*--remote-debugging-port/,
});
