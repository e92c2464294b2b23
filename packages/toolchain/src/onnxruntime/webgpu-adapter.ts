/** A WebGPU adapter for onnxruntime-node: the machine's Vulkan driver, else the software one that Chromium brings. */
import { existsSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { lastWords, runProcess } from "@congruent/core/process";
import { whyNotLoadable } from "../shared-library.js";
import { swiftShader } from "../swiftshader.js";

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

let known: Promise<NodeWebGpu> | undefined;

/** Found by really creating a session with each candidate in a child process; asked once per process. */
export function nodeWebGpuEnvironment(): Promise<NodeWebGpu> {
  known ??= probe();
  return known;
}

/** Window libraries that drivers load complain on standard error where there is no session of a desktop. */
const quiet: Record<string, string> =
  process.platform === "linux" && !process.env.XDG_RUNTIME_DIR ? { XDG_RUNTIME_DIR: tmpdir() } : {};

async function probe(): Promise<NodeWebGpu> {
  const failures: string[] = [];
  if (process.platform !== "linux" || hasSystemDriver()) {
    const failure = await tryAdapter(quiet);
    if (failure === null)
      return { available: true, env: quiet, adapter: "system", detail: "the system's driver" };
    failures.push(`the system's driver: ${failure}`);
  }
  const software = await swiftShader();
  if ("why" in software) {
    failures.push(software.why);
  } else {
    const env = { ...quiet, ...software.env };
    const failure = await tryAdapter(env);
    if (failure === null) {
      return {
        available: true,
        env,
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

async function tryAdapter(env: Record<string, string>): Promise<string | null> {
  const result = await runProcess({
    script: new URL("./probe-provider.js", import.meta.url),
    args: ["webgpu"],
    env,
    timeoutMs: 60_000,
  });
  if (result.exitCode === 0) return null;
  return lastWords(result);
}
