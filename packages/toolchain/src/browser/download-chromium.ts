import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { runProcess } from "@congruent/core/process";
import { isExecutable } from "../executables.js";
import type { Progress } from "../tool.js";

const require = createRequire(import.meta.url);

/** Playwright's own build. @returns `null`, or why not. */
export async function downloadChromium(progress: Progress): Promise<string | null> {
  progress("Playwright's Chromium");
  const cli = join(dirname(require.resolve("playwright-core/package.json")), "cli.js");
  const result = await runProcess({
    command: process.execPath,
    args: [cli, "install", "--no-shell", "chromium"],
    env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "5000" },
    timeoutMs: 180_000,
    onLine: (line) => {
      if (/\d+%/.test(line)) progress(`Playwright's Chromium ${/\d+%/.exec(line)?.[0]}`);
    },
  });
  if (result.exitCode !== 0) return "Playwright's download is not reachable";
  const { chromium } = await import("playwright-core");
  const path = chromium.executablePath();
  // On a bare system the download lacks shared libraries that only the package manager brings.
  const runs = await runProcess({ command: path, args: ["--version"], timeoutMs: 20_000 });
  return isExecutable(path) && runs.exitCode === 0
    ? null
    : `Playwright's Chromium does not run: ${runs.all.trim()}`;
}
