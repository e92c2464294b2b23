import type { Browser } from "playwright-core";
import { chromium } from "./chromium.js";
import type { LaunchBrowserOptions } from "./definition.js";
import { startBrowser } from "./start-browser.js";
import { startChromium } from "./start-chromium.js";

/**
 * A headless Chromium with Playwright's own interface, for what drives pages beyond `launchBrowser`.
 *
 * @throws CongruentError (exit 3) `E_NO_BROWSER` none installed; `E_BROWSER_LAUNCH` it does not start.
 */
export function launchChromium(options: LaunchBrowserOptions): Promise<Browser> {
  return startBrowser(chromium, (path) => startChromium(path, options));
}
