/** A browser for the web runtimes: an installed one, Playwright's download, or Debian's package. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { messageOf } from "@congruent/core";
import { writeJson } from "@congruent/core/files";
import { runProcess } from "@congruent/core/process";
import { chromium } from "playwright-core";
import { aptInstall, whyNoApt } from "../apt.js";
import { isExecutable } from "../executables.js";
import { homeDirectory } from "../home.js";
import type { Progress, Provision } from "../tool.js";
import { findBrowser } from "./find-browser.js";

const require = createRequire(import.meta.url);

/** How long a failed attempt is remembered, so that each start without a browser does not wait for the network again. */
const REMEMBERED_MS = 3_600_000;

/**
 * Never fails: without a browser the outcome is `unavailable` with what to type, and only the web runtimes miss it.
 *
 * @param options `again`: try also when a recent attempt failed.
 */
export async function provisionBrowser(
  progress: Progress,
  options: { again?: boolean } = {},
): Promise<Provision> {
  const found = findBrowser();
  if ("path" in found) return { outcome: "up to date", detail: found.path };
  const unavailable = (why: string): Provision => ({
    outcome: "unavailable",
    detail: `${why}; ${found.fix}`,
  });
  if (process.env.CHROME_PATH) return unavailable(found.why);

  const record = join(homeDirectory(), ".tools", "browser-attempt.json");
  const earlier = options.again ? undefined : recentFailure(record);
  if (earlier !== undefined) return unavailable(`${found.why} (${earlier})`);

  const failures: string[] = [];
  for (const attempt of [downloadPlaywrights, installDebians]) {
    const failure = await attempt(progress);
    const now = findBrowser();
    if (failure === null && "path" in now) return { outcome: "done", detail: now.path };
    if (failure !== null) failures.push(failure);
  }
  await writeJson(record, { at: Date.now(), why: failures.join("; ") });
  return unavailable(`${found.why} (${failures.join("; ")})`);
}

function recentFailure(record: string): string | undefined {
  if (!existsSync(record)) return undefined;
  try {
    const { at, why } = JSON.parse(readFileSync(record, "utf8")) as { at: number; why: string };
    return Date.now() - at < REMEMBERED_MS ? why : undefined;
  } catch (error) {
    return `${record}: ${messageOf(error)}`;
  }
}

/** Playwright's own build. @returns `null`, or why not. */
async function downloadPlaywrights(progress: Progress): Promise<string | null> {
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
  const path = chromium.executablePath();
  // On a bare system the download lacks shared libraries that only the package manager brings.
  const runs = await runProcess({ command: path, args: ["--version"], timeoutMs: 20_000 });
  return isExecutable(path) && runs.exitCode === 0
    ? null
    : `Playwright's Chromium does not run: ${runs.all.trim()}`;
}

/** Debian's package, and a font (pages would have no letters), where set-up may install packages. @returns `null`, or why not. */
async function installDebians(progress: Progress): Promise<string | null> {
  return whyNoApt() ?? (await aptInstall(["chromium", "fonts-liberation"], progress));
}
