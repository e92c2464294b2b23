/** A headless browser, driven through playwright-core. */
import { existsSync, readdirSync } from "node:fs";
import { CongruentError, messageOf } from "@congruent/core";
import { type Browser, chromium } from "playwright-core";
import { findBrowser } from "./find-browser.js";

export interface LaunchBrowserOptions {
  /**
   * Which WebGPU adapter the pages get: `software` SwiftShader on the CPU; `off` none; `auto` the machine's GPU where
   * Linux shows a render device (and always on macOS and Windows), else SwiftShader.
   */
  webgpu: "auto" | "software" | "off";
}

const quiet = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * @throws CongruentError (exit 3) `E_NO_BROWSER` none installed; `E_BROWSER_LAUNCH` it does not start.
 */
export async function launchBrowser(options: LaunchBrowserOptions): Promise<Browser> {
  const found = findBrowser();
  if ("why" in found) {
    throw new CongruentError({ code: "E_NO_BROWSER", what: found.why, fix: found.fix, exit: 3 });
  }
  try {
    return await chromium.launch({
      executablePath: found.path,
      headless: true,
      args: browserFlags(options.webgpu),
      timeout: 60_000,
    });
  } catch (error) {
    throw new CongruentError({
      code: "E_BROWSER_LAUNCH",
      what: `${found.path} does not start: ${messageOf(error).split("\n").slice(0, 12).join("\n    ")}`,
      expected: "a Chrome, Chromium or Edge that runs headless",
      fix: "start it by hand with --headless to see what it lacks, or choose another one with CHROME_PATH",
      exit: 3,
      cause: error,
    });
  }
}

/** The command-line flags of the browser, apart from those that Playwright adds by itself. */
export function browserFlags(webgpu: LaunchBrowserOptions["webgpu"]): string[] {
  // Chromium's sandbox refuses to work for root, as containers run it.
  const flags = process.getuid?.() === 0 ? ["--no-sandbox", ...quiet] : [...quiet];
  if (webgpu === "off") return [...flags, "--disable-features=WebGPU"];
  flags.push("--enable-unsafe-webgpu");
  if (process.platform === "linux") flags.push("--enable-features=Vulkan");
  if (webgpu === "software" || !hasGpu()) {
    flags.push("--use-vulkan=swiftshader", "--use-webgpu-adapter=swiftshader");
  }
  return flags;
}

function hasGpu(): boolean {
  if (process.platform !== "linux") return true;
  if (existsSync("/dev/nvidia0")) return true;
  return existsSync("/dev/dri") && readdirSync("/dev/dri").some((entry) => entry.startsWith("renderD"));
}
