/** ONNX Runtime's CUDA provider: PyPI's build of the same release, put beside onnxruntime-node's library. */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { CongruentError } from "@congruent/core";
import { provisionEnvironment } from "../python/provision-environment.js";
import { installedVersion, sitePackages } from "../tensorflow/libtensorflow.js";
import type { Progress, Provision } from "../tool.js";

export const providerFiles = [
  "libonnxruntime_providers_shared.so",
  "libonnxruntime_providers_cuda.so",
] as const;

export interface OnnxRuntimeNode {
  version: string;
  /** The folder of its native library. */
  directory: string;
}

/** The installed onnxruntime-node. */
export function onnxRuntimeNode(): OnnxRuntimeNode {
  const manifest = createRequire(import.meta.url).resolve("onnxruntime-node/package.json");
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  const bin = join(dirname(manifest), "bin");
  const napi = existsSync(bin) ? readdirSync(bin).find((entry) => entry.startsWith("napi-v")) : undefined;
  return { version, directory: join(bin, napi ?? "napi-v6", process.platform, process.arch) };
}

/**
 * @param options Another lock, and another place than the installed onnxruntime-node's.
 * @throws CongruentError (exit 3) what making the environment throws, and what `placeProvider` throws.
 */
export async function provisionCuda(
  progress: Progress,
  options: { lock?: string; ort?: OnnxRuntimeNode } = {},
): Promise<Provision> {
  const ort = options.ort ?? onnxRuntimeNode();
  const environment = await provisionEnvironment("cuda", progress, options.lock);
  const site = sitePackages("cuda");
  if (site === undefined) throw new Error("an environment was made without site-packages");
  const placed = await placeProvider(site, ort);
  const current = environment.outcome === "up to date" && !placed;
  return { outcome: current ? "up to date" : "done", detail: `onnxruntime-gpu ${ort.version}` };
}

/**
 * Links the provider's files from a `site-packages` into onnxruntime-node's folder.
 *
 * @returns whether anything had to be linked.
 * @throws CongruentError (exit 3) `E_CUDA_PROVIDER_VERSION` another release than onnxruntime-node's (their internal
 * interface has no stable form); `E_CUDA_PROVIDER` the wheel lacks the files.
 */
async function placeProvider(site: string, ort: { version: string; directory: string }): Promise<boolean> {
  const version = installedVersion(site, "onnxruntime-gpu");
  if (version !== ort.version) {
    throw new CongruentError({
      code: "E_CUDA_PROVIDER_VERSION",
      what: `onnxruntime-gpu ${version ?? "(not installed)"} does not fit onnxruntime-node ${ort.version}`,
      expected: `onnxruntime-gpu ${ort.version}: the CUDA provider works only with the library of its own release`,
      fix: "set the same release in packages/toolchain/python/cuda.in and run node scripts/lock-python.mjs cuda",
      exit: 3,
    });
  }
  let changed = false;
  for (const file of providerFiles) {
    const source = join(site, "onnxruntime", "capi", file);
    if (!existsSync(source)) {
      throw new CongruentError({
        code: "E_CUDA_PROVIDER",
        what: `onnxruntime-gpu ${version} carries no ${file}`,
        expected: "PyPI's wheel for Linux, x86-64",
        fix: "use a Linux machine with an x86-64 processor",
        exit: 3,
      });
    }
    const target = join(ort.directory, file);
    if (existsSync(target) && realpathSync(target) === realpathSync(source)) continue;
    const temporary = `${target}.${process.pid}.tmp`;
    await rm(temporary, { force: true });
    await symlink(source, temporary);
    await rename(temporary, target);
    changed = true;
  }
  return changed;
}
