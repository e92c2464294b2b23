import type { BrowserDefinition } from "./definition.js";
import { firstInstalled } from "./installed.js";
import { findXvfb } from "./virtual-display.js";
import { WebKitSession } from "./webkit-session.js";

const places = ["/usr/libexec/WebKitWebDriver", "/usr/lib/webkit2gtk-4.1/WebKitWebDriver"];

/**
 * WebKitGTK's small browser, driven by its own driver over WebDriver, on a display of its own. It has Safari's engine and needs
 * no Mac.
 */
export const webkit: BrowserDefinition = {
  name: "webkit",
  variable: "WEBKIT_DRIVER_PATH",
  program: "a WebKitWebDriver",
  find() {
    if (process.platform !== "linux") return { why: `WebKitGTK is not there for ${process.platform}` };
    const driver = firstInstalled(["WebKitWebDriver"], places);
    if (driver === undefined) return { why: "no WebKitWebDriver is installed" };
    return findXvfb() === undefined
      ? { why: "no Xvfb is installed, on whose display WebKitGTK draws" }
      : driver;
  },
  debian: ["webkit2gtk-driver", "xvfb"],
  elsewhere: "on Linux, install WebKitGTK with its WebDriver, and Xvfb",
  option: "--webkit",
  // It prints no version anywhere.
  about: { args: ["--help"], version: () => null },
  start: (path) => WebKitSession.start(path),
};
