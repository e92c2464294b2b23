import type { BrowserName } from "@congruent/core";
import type { BrowserSession, LaunchBrowserOptions } from "./definition.js";
import { browserDefinitions } from "./index.js";
import { startBrowser } from "./start-browser.js";

/**
 * Starts a headless browser.
 *
 * @throws CongruentError (exit 3) `E_NO_BROWSER` none installed; `E_BROWSER_LAUNCH` it does not start.
 */
export function launchBrowser(name: BrowserName, options: LaunchBrowserOptions): Promise<BrowserSession> {
  const definition = browserDefinitions[name];
  return startBrowser(definition, (path) => definition.start(path, options));
}
