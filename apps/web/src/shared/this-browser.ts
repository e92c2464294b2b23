import type { BrowserName } from "@congruent/core";

/** The engine of a browser by its own description: all on iOS are WebKit, and Edge, Opera and others are Chromium. */
function browserOf(userAgent: string): BrowserName {
  if (/\bGecko\/\d/.test(userAgent) && /\bFirefox\//.test(userAgent)) return "firefox";
  // Without a word's beginning: automated browsers say HeadlessChrome.
  return /\bAppleWebKit\//.test(userAgent) && !/(Chrome|Chromium)\//.test(userAgent) ? "webkit" : "chromium";
}

/** The browser that shows this page. */
export const thisBrowser = browserOf(navigator.userAgent);
