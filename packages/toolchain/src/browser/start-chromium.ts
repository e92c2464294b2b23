import type { Browser } from "playwright-core";
import { chromiumFlags } from "./chromium-flags.js";
import type { LaunchBrowserOptions } from "./definition.js";

/**
 * Chromium without a window, driven through playwright-core.
 *
 * @param path its program
 */
export async function startChromium(path: string, { webgpu }: LaunchBrowserOptions): Promise<Browser> {
  // Only here: every command and test loads this package, and few start a browser.
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath: path,
    headless: true,
    args: chromiumFlags(webgpu),
    timeout: 60_000,
    // This process's own end is the supervisor's matter, see adopt.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}
