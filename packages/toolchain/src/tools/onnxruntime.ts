import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { homeDirectory, isCheckout, setUpCommand } from "../home.js";
import { onnxRuntimeNode } from "../onnxruntime/cuda-provider.js";
import { absent, present, type Tool } from "../tool.js";

export const onnxruntimeNode: Tool = {
  name: "onnxruntime-node",
  title: "ONNX Runtime for Node",
  optional: false,
  async inspect() {
    const { version, directory } = onnxRuntimeNode();
    if (existsSync(join(directory, "onnxruntime_binding.node"))) return present(version, directory);
    return absent(
      `onnxruntime-node ${version} has no build for ${process.platform} ${process.arch}`,
      "use Linux or macOS or Windows on a processor that it has builds for",
      directory,
    );
  },
};

export const onnxruntimeWeb: Tool = {
  name: "onnxruntime-web",
  title: "ONNX Runtime for browsers",
  optional: false,
  async inspect() {
    const manifest = webManifest();
    if (manifest === null) return absent("onnxruntime-web is not installed", setUpCommand());
    const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
    const other = onnxRuntimeNode().version;
    if (version === other) return present(version);
    return absent(
      `onnxruntime-web is ${version}, onnxruntime-node ${other}: they must be the same release`,
      `set both to one version in pnpm-workspace.yaml, then ${setUpCommand()}`,
    );
  },
};

/** In the repository it belongs to the runtime's package alone. */
function webManifest(): string | null {
  const beside = isCheckout()
    ? join(homeDirectory(), "packages", "runtime", "package.json")
    : fileURLToPath(import.meta.url);
  try {
    // The package hands out no manifest; its main file lies in dist.
    return join(dirname(createRequire(beside).resolve("onnxruntime-web")), "..", "package.json");
  } catch {
    return null;
  }
}
