/** The one place that loads `@tensorflow/tfjs-node` or `-gpu`. */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { CongruentError, messageOf } from "@congruent/core";
import { setUpCommand } from "../home.js";
import { whyNotLoadable } from "../shared-library.js";
import { addonPackages, addonPath, hasAddon, type TensorFlowDevice } from "./addon-place.js";
import { availableThreads, withComputingThreads } from "./computing-threads.js";
import { replaceUnsafeKernels } from "./safe-kernels.js";

/** tfjs with its native backend registered and active. */
export type TensorFlow = typeof import("@tensorflow/tfjs-node");

const require = createRequire(import.meta.url);

/**
 * tfjs over TensorFlow's C library.
 *
 * Only one of the two devices can be loaded in a process: each brings a TensorFlow of its own. The number of threads is
 * that of the first call, too.
 *
 * @param options.threads threads of one operator on the CPU. Default: `availableThreads()`
 * @throws CongruentError `E_THREADS`; and (exit 3) `E_TFJS_ADDON` the compiled addon is missing or does not load; `E_GPU_UNAVAILABLE`
 * `"gpu"` was asked for and is not available, with the precise reason: it never falls back to the CPU.
 */
export async function loadTensorFlow(options: {
  device: TensorFlowDevice;
  threads?: number;
}): Promise<TensorFlow> {
  const { device, threads = availableThreads() } = options;
  checkTensorFlow(device);
  quieten();
  restoreUtil();
  const tf = withComputingThreads(threads, () => required(device));
  await tf.ready();
  if (device === "gpu") refuseOtherThanGpu(tf);
  replaceUnsafeKernels(tf);
  return tf;
}

/**
 * Says at once what `loadTensorFlow` would say after the data are there.
 *
 * @throws CongruentError (exit 3) `E_TFJS_NODE`, `E_TFJS_ADDON`, `E_GPU_UNAVAILABLE`
 */
export function checkTensorFlow(device: TensorFlowDevice): void {
  if (device === "gpu") refuseWithoutGpu();
  const addon = addonPath(device);
  if (existsSync(addon)) return;
  throw new CongruentError({
    code: "E_TFJS_ADDON",
    what: `the compiled addon of ${addonPackages[device]} is not there (${addon})`,
    fix: setUpCommand(),
    exit: 3,
  });
}

function required(device: TensorFlowDevice): TensorFlow {
  try {
    return require(addonPackages[device]) as TensorFlow;
  } catch (error) {
    throw new CongruentError({
      code: "E_TFJS_ADDON",
      what: `${addonPackages[device]} does not load: ${messageOf(error)}`,
      fix: `${setUpCommand()} (it builds the addon again when its TensorFlow has changed or moved)`,
      exit: 3,
      cause: error,
    });
  }
}

/** What `--device gpu` needs besides TensorFlow itself; `null` when it is all there. */
export function whyNoGpu(): { why: string; fix: string } | null {
  const driver = whyNotLoadable("libcuda.so.1");
  if (driver) {
    return {
      why: `no NVIDIA driver: libcuda.so.1 cannot be loaded (${driver})`,
      fix: "use a machine with an NVIDIA GPU and its driver, or train with --device cpu",
    };
  }
  if (!hasAddon("gpu")) {
    return { why: "TensorFlow's CUDA build is not set up", fix: setUpCommand("--gpu") };
  }
  return null;
}

function refuseWithoutGpu(): void {
  const reason = whyNoGpu();
  if (reason) {
    throw new CongruentError({
      code: "E_GPU_UNAVAILABLE",
      what: `no usable GPU: ${reason.why}`,
      expected: "an NVIDIA driver and TensorFlow's CUDA build",
      fix: reason.fix,
      exit: 3,
    });
  }
}

function refuseOtherThanGpu(tf: TensorFlow): void {
  const backend = tf.backend() as { isUsingGpuDevice?: boolean };
  if (backend.isUsingGpuDevice === true) return;
  throw new CongruentError({
    code: "E_GPU_UNAVAILABLE",
    what: "no usable GPU: the driver and TensorFlow's CUDA build are there, but TensorFlow lists no GPU device",
    expected: "a GPU:0 among TensorFlow's devices",
    fix: "set TF_CPP_MIN_LOG_LEVEL=0 and run again to see TensorFlow's reason; `nvidia-smi` shows the driver's view",
    exit: 3,
  });
}

/** TensorFlow's start-up chatter (CPU features, oneDNN) goes to standard error unless the user asks for it. */
function quieten(): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  process.env.TF_CPP_MAX_VLOG_LEVEL ??= "0";
}

/** tfjs-node 4.22 calls these functions, which Node 22 warns about and Node 23 removed. */
function restoreUtil(): void {
  const util = require("node:util") as Record<string, unknown>;
  util.isNullOrUndefined = (value: unknown) => value === null || value === undefined;
  util.isArray = Array.isArray;
}
