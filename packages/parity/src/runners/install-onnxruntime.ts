/** Releases of onnxruntime-node beside the one that @congruent/runtime depends on, from npm into the cache. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { cacheDirectory } from "@congruent/core/files";
import { npmInstall } from "@congruent/toolchain";

export interface OnnxruntimeRelease {
  version: string;
  /** Folder of the package onnxruntime-node. */
  directory: string;
}

/**
 * A release that is there already is not asked for again. Install scripts do not run: that of onnxruntime-node fetches CUDA libraries from
 * another host.
 *
 * @param version exact, such as `1.27.0`
 * @param cache folder of all releases. Default: `onnxruntime` in the project's cache
 * @throws CongruentError `E_ORT_VERSION` for what is no version; `E_ORT_INSTALL` (exit 3) where npm fails
 */
export async function installOnnxruntime(
  version: string,
  cache: string = cacheDirectory("onnxruntime"),
): Promise<OnnxruntimeRelease> {
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) {
    throw new CongruentError({
      code: "E_ORT_VERSION",
      what: `"${version}" is no release of onnxruntime-node`,
      expected: "an exact version, such as 1.27.0",
    });
  }
  const folder = join(cache, version);
  const directory = join(folder, "node_modules", "onnxruntime-node");
  if (existsSync(directory)) return { version, directory };
  await mkdir(cache, { recursive: true });
  const made = await mkdtemp(join(cache, `.${version}-`));
  try {
    await writeFile(join(made, "package.json"), '{ "private": true }\n');
    const why = await npmInstall(made, [`onnxruntime-node@${version}`]);
    if (why !== null) {
      throw new CongruentError({
        code: "E_ORT_INSTALL",
        what: `npm does not install onnxruntime-node ${version}: ${why}`,
        fix: "see the releases with npm view onnxruntime-node versions, and that npm reaches its registry",
        exit: 3,
      });
    }
    // Another process may have been faster: what is there then is as good.
    await rename(made, folder).catch((error: unknown) => {
      if (!existsSync(directory)) throw error;
    });
    return { version, directory };
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}
