/** A WebGPU adapter for onnxruntime-node: the machine's Vulkan driver, else the software one that Chromium brings. */
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { mkdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runProcess, tailOf } from "@congruent/core/process";
import { findBrowser } from "../browser/find-browser.js";
import { homeDirectory } from "../home.js";
import { whyNotLoadable } from "../shared-library.js";

export type NodeWebGpu =
  | {
      available: true;
      /** Variables that a child process needs from its start to see the adapter. */
      env: Record<string, string>;
      adapter: "system" | "swiftshader";
      detail: string;
    }
  | { available: false; why: string; fix: string };

const icdFolders = ["/usr/share/vulkan/icd.d", "/etc/vulkan/icd.d", "/usr/local/share/vulkan/icd.d"];

const chromiumFolders = [
  "/usr/lib/chromium",
  "/usr/lib/chromium-browser",
  "/opt/google/chrome",
  "/opt/microsoft/msedge",
];

let known: Promise<NodeWebGpu> | undefined;

/** Found by really creating a session with each candidate in a child process; asked once per process. */
export function nodeWebGpuEnvironment(): Promise<NodeWebGpu> {
  known ??= probe();
  return known;
}

async function probe(): Promise<NodeWebGpu> {
  const failures: string[] = [];
  if (process.platform !== "linux" || hasSystemDriver()) {
    const failure = await tryAdapter({});
    if (failure === null)
      return { available: true, env: {}, adapter: "system", detail: "the system's driver" };
    failures.push(`the system's driver: ${failure}`);
  }
  const software = await swiftShader();
  if ("why" in software) {
    failures.push(software.why);
  } else {
    const failure = await tryAdapter(software.env);
    if (failure === null) {
      return {
        available: true,
        env: software.env,
        adapter: "swiftshader",
        detail: software.env.VK_ICD_FILENAMES ?? "",
      };
    }
    failures.push(`SwiftShader: ${failure}`);
  }
  return {
    available: false,
    why: `no WebGPU adapter for Node: ${failures.join("; ")}`,
    fix: "install a Vulkan driver, or Chromium, whose software driver serves (apt-get install chromium libvulkan1)",
  };
}

function hasSystemDriver(): boolean {
  if (whyNotLoadable("libvulkan.so.1") !== null) return false;
  if (process.env.VK_ICD_FILENAMES || process.env.VK_DRIVER_FILES) return true;
  return icdFolders.some(
    (folder) => existsSync(folder) && readdirSync(folder).some((file) => file.endsWith(".json")),
  );
}

/** SwiftShader's driver file beside a Chromium, with a Vulkan loader that can read it. */
async function swiftShader(): Promise<{ env: Record<string, string> } | { why: string }> {
  const browser = findBrowser();
  const own = "path" in browser ? [dirname(realpathSync(browser.path))] : [];
  const folder = [...own, ...chromiumFolders].find((place) =>
    existsSync(join(place, "vk_swiftshader_icd.json")),
  );
  if (folder === undefined) return { why: "no Chromium with SwiftShader's Vulkan driver" };
  const env = { VK_ICD_FILENAMES: join(folder, "vk_swiftshader_icd.json") };
  if (whyNotLoadable("libvulkan.so.1") === null) return { env };
  const loader = join(folder, "libvulkan.so.1");
  if (!existsSync(loader))
    return { why: "libvulkan.so.1 cannot be loaded (Debian: apt-get install libvulkan1)" };
  const path = await loaderFolder(loader);
  const inherited = process.env.LD_LIBRARY_PATH;
  return { env: { ...env, LD_LIBRARY_PATH: inherited ? `${path}:${inherited}` : path } };
}

/** A folder with nothing but the Vulkan loader: Chromium's own holds other libraries that must not be found first. */
async function loaderFolder(loader: string): Promise<string> {
  const folder = join(homeDirectory(), ".tools", "vulkan");
  const link = join(folder, "libvulkan.so.1");
  if (existsSync(link) && realpathSync(link) === realpathSync(loader)) return folder;
  await mkdir(folder, { recursive: true });
  await rm(link, { force: true });
  try {
    await symlink(loader, link);
  } catch (error) {
    // Another process made the same link in the meantime.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  return folder;
}

async function tryAdapter(env: Record<string, string>): Promise<string | null> {
  const result = await runProcess({
    script: new URL("./probe-provider.js", import.meta.url),
    args: ["webgpu"],
    env,
    timeoutMs: 60_000,
  });
  if (result.exitCode === 0) return null;
  return result.endedBy === "timeout"
    ? "no answer within 60 s"
    : tailOf(result.stderr, 1) || `ended by ${result.signal}`;
}
