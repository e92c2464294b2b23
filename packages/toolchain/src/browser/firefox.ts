import type { BrowserDefinition } from "./definition.js";
import { findFirefox } from "./find-firefox.js";
import { FirefoxSession } from "./firefox-session.js";

/** Firefox, driven through puppeteer-core over WebDriver BiDi. */
export const firefox: BrowserDefinition = {
  name: "firefox",
  variable: "FIREFOX_PATH",
  program: "a Firefox",
  find: () => findFirefox() ?? { why: "no Firefox is installed" },
  debian: ["firefox-esr"],
  elsewhere: "install Firefox",
  option: "--firefox",
  about: { args: ["--version"], version: (printed) => printed.trim() },
  start: (path, options) => FirefoxSession.start(path, options),
};
