import type { BrowserDefinition } from "./definition.js";
import { findFirefox } from "./find-firefox.js";

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
  async start(path, options) {
    // Only here: it loads puppeteer, more than a hundred modules.
    const { FirefoxSession } = await import("./firefox-session.js");
    return FirefoxSession.start(path, options);
  },
};
