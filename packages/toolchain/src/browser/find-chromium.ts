/** An installed Chrome, Chromium or Edge. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { firstInstalled, macRoots, windowsRoots } from "./installed.js";

const require = createRequire(import.meta.url);

const namesOnPath = [
  "google-chrome-stable",
  "google-chrome",
  "chrome",
  "chromium",
  "chromium-browser",
  "microsoft-edge-stable",
  "microsoft-edge",
];

const linuxPlaces = [
  "/usr/bin/google-chrome-stable",
  "/opt/google/chrome/chrome",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/lib/chromium/chromium",
  "/snap/bin/chromium",
  "/opt/microsoft/msedge/msedge",
];

const macApplications = ["Google Chrome", "Chromium", "Microsoft Edge"];

const windowsPlaces = [
  ["Google", "Chrome", "Application", "chrome.exe"],
  ["Chromium", "Application", "chrome.exe"],
  ["Microsoft", "Edge", "Application", "msedge.exe"],
];

function placesOf(platform: NodeJS.Platform): string[] {
  if (platform === "darwin") {
    return macRoots().flatMap((root) =>
      macApplications.map((name) => join(root, `${name}.app`, "Contents", "MacOS", name)),
    );
  }
  if (platform === "win32") {
    return windowsRoots().flatMap((root) => windowsPlaces.map((parts) => join(root, ...parts)));
  }
  return linuxPlaces;
}

/** The first one installed, else the one in Playwright's own cache. */
export function findChromium(): string | undefined {
  return firstInstalled(namesOnPath, placesOf(process.platform)) ?? firstInstalled([], [playwrights()]);
}

/** Asked last: loading Playwright takes longer than looking for all others. */
function playwrights(): string {
  const { chromium } = require("playwright-core") as typeof import("playwright-core");
  return chromium.executablePath();
}
