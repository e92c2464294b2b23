/** TensorFlow's C library, as PyPI's wheels carry it. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import {
  type EnvironmentName,
  environmentDirectory,
  environmentSetup,
  readStamp,
} from "../python/environments.js";
import type { TensorFlowDevice } from "./addon-place.js";

export interface LibTensorFlow {
  version: string;
  /** The wheel's `tensorflow/` folder, which holds both libraries. */
  directory: string;
  include: string;
  /** `libtensorflow_cc.so.2` and `libtensorflow_framework.so.2`. */
  libraries: readonly string[];
  /** Folders of NVIDIA's libraries that came with the CUDA build; empty for the CPU's. */
  cudaFolders: readonly string[];
}

/** Which Python environments bring TensorFlow for a device: the first one that is there is taken. */
const tensorFlowEnvironments = { cpu: ["tensorflow", "export"], gpu: ["gpu"] } as const satisfies Record<
  TensorFlowDevice,
  readonly [EnvironmentName, ...EnvironmentName[]]
>;

/** `lib/python3.X/site-packages` of an environment, `undefined` while there is none. */
export function sitePackages(name: EnvironmentName): string | undefined {
  const lib = join(environmentDirectory(name), "lib");
  if (!existsSync(lib)) return undefined;
  const folder = readdirSync(lib).find((entry) => entry.startsWith("python3."));
  return folder === undefined ? undefined : join(lib, folder, "site-packages");
}

/** Version of a package installed in a `site-packages`, `undefined` when it is not. */
export function installedVersion(site: string, name: string): string | undefined {
  const prefix = `${name.replaceAll("-", "_")}-`.toLowerCase();
  const info = readdirSync(site).find(
    (entry) => entry.toLowerCase().startsWith(prefix) && entry.endsWith(".dist-info"),
  );
  return info?.slice(prefix.length, -".dist-info".length);
}

/** `null`, or why the library is not available. */
export function findLibTensorFlow(device: TensorFlowDevice): LibTensorFlow | { why: string } {
  const names = tensorFlowEnvironments[device];
  const name = names.find((each) => readStamp(environmentDirectory(each))) ?? names[0];
  const site = readStamp(environmentDirectory(name)) && sitePackages(name);
  if (!site) return { why: `the Python environment "${name}" is not set up` };
  const version = installedVersion(site, device === "cpu" ? "tensorflow-cpu" : "tensorflow");
  const directory = join(site, "tensorflow");
  const libraries = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"].map((file) =>
    join(directory, file),
  );
  const missing = libraries.find((file) => !existsSync(file));
  if (version === undefined || missing !== undefined) {
    return {
      why: `${missing ?? directory} is not there: only the Linux wheels carry TensorFlow's C library`,
    };
  }
  return {
    version,
    directory,
    include: join(directory, "include"),
    libraries,
    cudaFolders: nvidiaFolders(site),
  };
}

/** The `lib` folders of the `nvidia-*` wheels in a `site-packages`. */
export function nvidiaFolders(site: string): string[] {
  const nvidia = join(site, "nvidia");
  if (!existsSync(nvidia)) return [];
  return readdirSync(nvidia)
    .map((entry) => join(nvidia, entry, "lib"))
    .filter((folder) => existsSync(folder))
    .sort();
}

/** @throws CongruentError `E_LIBTENSORFLOW` (exit 3). */
export function libTensorFlow(device: TensorFlowDevice): LibTensorFlow {
  const found = findLibTensorFlow(device);
  if (!("why" in found)) return found;
  throw new CongruentError({
    code: "E_LIBTENSORFLOW",
    what: `TensorFlow's C library is not there: ${found.why}`,
    expected: "libtensorflow_cc.so.2 in the TensorFlow wheel (Linux, x86-64)",
    fix: environmentSetup[tensorFlowEnvironments[device][0]],
    exit: 3,
  });
}
