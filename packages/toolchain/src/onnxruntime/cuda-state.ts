/** What ONNX Runtime's CUDA provider needs, part by part, and the variables with which a child process finds it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { lastWords, runProcess } from "@congruent/core/process";
import { environmentDirectory, environmentSetup, readStamp } from "../python/environments.js";
import { whyNotLoadable, whyNotLoadableInChild } from "../shared-library.js";
import { nvidiaFolders, sitePackages } from "../tensorflow/libtensorflow.js";
import { absent, type Inspection, present } from "../tool.js";
import { type OnnxRuntimeNode, onnxRuntimeNode, providerFiles } from "./cuda-provider.js";

export type NodeCuda =
  | { available: true; env: Record<string, string>; detail: string }
  | { available: false; why: string; fix: string };

const SETUP = environmentSetup.cuda;
const CUDA_LIBRARIES = [
  "libcudart.so.13",
  "libcublasLt.so.13",
  "libcublas.so.13",
  "libcurand.so.10",
  "libcufft.so.12",
];
const CUDNN_LIBRARIES = ["libcudnn.so.9"];

/** NVIDIA's driver, which no package index carries. */
export function inspectDriver(): Inspection {
  const why = whyNotLoadable("libcuda.so.1");
  if (why === null) return present(null, "libcuda.so.1");
  return absent(
    `no NVIDIA driver: libcuda.so.1 cannot be loaded (${why})`,
    "use a machine with an NVIDIA GPU and install its driver (release 580 or newer for CUDA 13)",
  );
}

/** CUDA 13's libraries. */
export function inspectCudaLibraries(): Promise<Inspection> {
  return inspectLibraries("CUDA 13", CUDA_LIBRARIES);
}

/** cuDNN 9. */
export function inspectCudnn(): Promise<Inspection> {
  return inspectLibraries("cuDNN 9", CUDNN_LIBRARIES);
}

/** The provider's own files beside onnxruntime-node's library. */
export function inspectProvider(ort: OnnxRuntimeNode = onnxRuntimeNode()): Inspection {
  // A link whose environment was deleted counts as absent.
  const missing = providerFiles.filter((file) => !existsSync(join(ort.directory, file)));
  if (missing.length === 0) return present(ort.version, ort.directory);
  return absent(`missing beside onnxruntime-node's library: ${missing.join(", ")}`, SETUP, ort.directory);
}

async function inspectLibraries(title: string, names: readonly string[]): Promise<Inspection> {
  const env = libraryPath();
  const reasons = await whyNotLoadableInChild(names, env);
  const missing = names.filter((_, index) => reasons[index] !== null);
  if (missing.length === 0) return present(title, env.LD_LIBRARY_PATH ?? "the system's");
  return absent(`${title} lacks ${missing.join(", ")}`, SETUP);
}

function libraryPath(): Record<string, string> {
  const site = sitePackages("cuda");
  const folders = site !== undefined && readStamp(environmentDirectory("cuda")) ? nvidiaFolders(site) : [];
  if (folders.length === 0) return {};
  const inherited = process.env.LD_LIBRARY_PATH;
  return { LD_LIBRARY_PATH: [...folders, ...(inherited ? [inherited] : [])].join(":") };
}

/** Whether the runtime `node-cuda` can run here: the first part that is missing, or the variables that it needs. */
export async function nodeCudaEnvironment(): Promise<NodeCuda> {
  const parts = [inspectDriver(), inspectProvider(), await inspectCudaLibraries(), await inspectCudnn()];
  const missing = parts.filter((part) => !part.found);
  if (missing.length > 0) {
    return {
      available: false,
      why: missing.map((part) => part.why).join("; "),
      fix: [...new Set(missing.map((part) => part.fix))].join("; "),
    };
  }
  const env = libraryPath();
  const result = await runProcess({
    script: new URL("./probe-provider.js", import.meta.url),
    args: ["cuda"],
    env,
    timeoutMs: 120_000,
  });
  if (result.exitCode === 0)
    return { available: true, env, detail: `onnxruntime ${onnxRuntimeNode().version}` };
  return {
    available: false,
    why: `ONNX Runtime's CUDA provider does not run: ${lastWords(result)}`,
    fix: "see that nvidia-smi lists a GPU and a driver for CUDA 13",
  };
}
