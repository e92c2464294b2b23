/** Where tfjs-node looks for its native addon. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The CPU and the CUDA build of TensorFlow, each with its npm package. */
export const addonPackages = { cpu: "@tensorflow/tfjs-node", gpu: "@tensorflow/tfjs-node-gpu" } as const;

export type TensorFlowDevice = keyof typeof addonPackages;

/** The installed npm package's folder. */
export function addonPackageDirectory(device: TensorFlowDevice): string {
  return dirname(createRequire(import.meta.url).resolve(`${addonPackages[device]}/package.json`));
}

/** The file that tfjs-node loads, there or not. */
export function addonPath(device: TensorFlowDevice): string {
  return join(addonPackageDirectory(device), "lib", "napi-v8", "tfjs_binding.node");
}
