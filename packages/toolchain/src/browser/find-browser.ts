/** An installed Chrome, Chromium or Edge. */
import { homedir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { isExecutable, onPath } from "../executables.js";

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
    const roots = ["/Applications", join(homedir(), "Applications")];
    return roots.flatMap((root) =>
      macApplications.map((name) => join(root, `${name}.app`, "Contents", "MacOS", name)),
    );
  }
  if (platform === "win32") {
    const { PROGRAMFILES, "PROGRAMFILES(X86)": x86, LOCALAPPDATA } = process.env;
    const roots = [PROGRAMFILES, x86, LOCALAPPDATA].filter((root) => root !== undefined);
    return roots.flatMap((root) => windowsPlaces.map((parts) => join(root, ...parts)));
  }
  return linuxPlaces;
}

/**
 * The browser to drive: `CHROME_PATH` where that is set (and only that), else the first one installed, else the one
 * in Playwright's own cache.
 */
export function findBrowser(): { path: string } | { why: string; fix: string } {
  const told = process.env.CHROME_PATH;
  if (told) {
    if (isExecutable(told)) return { path: told };
    return {
      why: `CHROME_PATH names no program that can be run: ${told}`,
      fix: "correct CHROME_PATH, or unset it to have an installed browser found",
    };
  }
  const installed = namesOnPath.map(onPath).find((path) => path !== undefined);
  const path = installed ?? [...placesOf(process.platform), chromium.executablePath()].find(isExecutable);
  return path === undefined
    ? { why: "no Chrome, Chromium or Edge is installed", fix: howToInstall() }
    : { path };
}

/** The command to type for this system. */
function howToInstall(): string {
  if (process.platform === "linux" && onPath("apt-get")) {
    const sudo = process.getuid?.() === 0 ? "" : "sudo ";
    return `${sudo}apt-get install chromium (or set CHROME_PATH), then npm run setup`;
  }
  return "install Chrome, Chromium or Edge (or set CHROME_PATH), then npm run setup";
}
