/** Where tfjs-node looks for its native addon. */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { CongruentError } from "@congruent/core";
import { setUpCommand } from "../home.js";

/** The CPU and the CUDA build of TensorFlow, each with its npm package. */
export const addonPackages = { cpu: "@tensorflow/tfjs-node", gpu: "@tensorflow/tfjs-node-gpu" } as const;

export type TensorFlowDevice = keyof typeof addonPackages;

/**
 * The installed npm package's folder.
 *
 * @throws CongruentError `E_TFJS_NODE` (exit 3) where it is not installed: only training needs it
 */
export function addonPackageDirectory(device: TensorFlowDevice): string {
  const name = addonPackages[device];
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch (error) {
    throw new CongruentError({
      code: "E_TFJS_NODE",
      what: `${name}, which training needs, is not installed`,
      fix: device === "cpu" ? setUpCommand() : `install ${name}, then: ${setUpCommand("--gpu")}`,
      exit: 3,
      cause: error,
    });
  }
}

/** The file that tfjs-node loads, there or not. */
export function addonPath(device: TensorFlowDevice): string {
  return join(addonPackageDirectory(device), "lib", "napi-v8", "tfjs_binding.node");
}

/** Whether the compiled addon is there; false where the npm package is not. */
export function hasAddon(device: TensorFlowDevice): boolean {
  try {
    return existsSync(addonPath(device));
  } catch {
    return false;
  }
}
