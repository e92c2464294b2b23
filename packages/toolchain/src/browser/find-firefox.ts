import { join } from "node:path";
import { firstInstalled, macRoots, windowsRoots } from "./installed.js";

const linuxPlaces = [
  "/usr/bin/firefox",
  "/usr/bin/firefox-esr",
  "/usr/lib/firefox/firefox",
  "/usr/lib/firefox-esr/firefox-esr",
  "/opt/firefox/firefox",
  "/snap/bin/firefox",
];

function placesOf(platform: NodeJS.Platform): string[] {
  if (platform === "darwin") {
    return macRoots().map((root) => join(root, "Firefox.app", "Contents", "MacOS", "firefox"));
  }
  if (platform === "win32") return windowsRoots().map((root) => join(root, "Mozilla Firefox", "firefox.exe"));
  return linuxPlaces;
}

/** The first one installed. */
export function findFirefox(): string | undefined {
  return firstInstalled(["firefox", "firefox-esr"], placesOf(process.platform));
}
