/** SwiftShader: the Vulkan driver on the CPU that Chromium brings. */
import { existsSync, realpathSync } from "node:fs";
import { mkdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { chromium } from "./browser/chromium.js";
import { findProgram } from "./browser/find-program.js";
import { toolsDirectory } from "./home.js";
import { whyNotLoadable } from "./shared-library.js";

const chromiumFolders = [
  "/usr/lib/chromium",
  "/usr/lib/chromium-browser",
  "/opt/google/chrome",
  "/opt/microsoft/msedge",
];

/** The variables that make programs find SwiftShader's driver, beside a Chromium, with a Vulkan loader that can read it. */
export async function swiftShader(): Promise<{ env: Record<string, string> } | { why: string }> {
  const browser = findProgram(chromium);
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
  const folder = toolsDirectory("vulkan");
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
