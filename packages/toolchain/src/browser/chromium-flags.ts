import type { LaunchBrowserOptions } from "./definition.js";
import { hasGpu } from "./has-gpu.js";

const quiet = [
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The command-line flags of the browser, apart from those that Playwright adds by itself. */
export function chromiumFlags(webgpu: LaunchBrowserOptions["webgpu"]): string[] {
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
