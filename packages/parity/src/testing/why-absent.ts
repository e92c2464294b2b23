/** Why a runtime cannot be tested on this machine. Asked before tests are defined, and so without waiting for a promise. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type BrowserName, type RuntimeInBrowser, runtimeId } from "@congruent/core";
import { ownScript } from "@congruent/core/process";
import { findBrowser } from "@congruent/toolchain";

/** The built web app, whose page the browsers' runtimes are run on. */
export const WEB_APP = fileURLToPath(new URL("../../../../apps/web/dist", import.meta.url));

/** @returns null where it is there, as far as can be told without running a model */
export function whyAbsent(runner: RuntimeInBrowser): string | null {
  return runner.browser === null ? whyNotInNode(runner) : whyNotOnPage(runner.browser);
}

function whyNotOnPage(name: BrowserName): string | null {
  if (!existsSync(WEB_APP)) return "apps/web is not built: npm run build";
  const browser = findBrowser(name);
  return "why" in browser ? `${browser.why}: ${browser.fix}` : null;
}

function whyNotInNode(runner: RuntimeInBrowser): string | null {
  const { path, execArgv } = ownScript(new URL("./why-absent-child.js", import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [...execArgv, path, runtimeId(runner)], {
    encoding: "utf8",
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(`could not ask for ${runtimeId(runner)}: ${stderr}`);
  return JSON.parse(stdout) as string | null;
}
