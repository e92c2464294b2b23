import { readFileSync } from "node:fs";
import { join } from "node:path";
import { homeDirectory, toolsDirectory } from "./home.js";

/** Where set-up puts the pinned pnpm: its release, and the folder of its executable. */
export function pinnedPnpm(): { version: string; folder: string; bin: string } {
  const manifest = readFileSync(join(homeDirectory(), "package.json"), "utf8");
  const { packageManager } = JSON.parse(manifest) as { packageManager: string };
  const version = packageManager.replace(/^pnpm@/, "").replace(/\+.*$/, "");
  const folder = toolsDirectory(`pnpm-${version}`);
  return { version, folder, bin: join(folder, "node_modules", ".bin") };
}
