/** The steps of set-up that come after the JavaScript is installed and built. */
import { BROWSER_FACTS, BROWSERS, type BrowserName, DEFAULT_BROWSER } from "@congruent/core";
import { provisionBrowser } from "./browser/provision-browser.js";
import { provisionBackendTests } from "./onnx/backend-tests.js";
import { provisionCuda } from "./onnxruntime/cuda-provider.js";
import { provisionEnvironment } from "./python/provision-environment.js";
import { provisionAddon } from "./tensorflow/build-addon.js";
import type { Progress, Provision } from "./tool.js";

export interface SetUpOptions {
  /** Python, TensorFlow and the addon (what training and exporting need). Default: true. */
  python?: boolean;
  /** scikit-learn, skl2onnx and the ONNX backend tests, against which the tests check. */
  oracle?: boolean;
  /** Browsers for the web runtimes. Default: Chromium alone. */
  browsers?: readonly BrowserName[] | "all";
  /** Look for browsers again even if a recent attempt failed. */
  again?: boolean;
  /** TensorFlow's CUDA build and its addon. */
  gpu?: boolean;
  /** ONNX Runtime's CUDA provider. */
  cuda?: boolean;
}

/** One step of set-up: does its work only if it is not done yet. */
export interface SetUpStep {
  title: string;
  /** @throws CongruentError (exit 3) saying what happened and what to do. */
  run(progress: Progress): Promise<Provision>;
}

/** The steps in the order in which they must run. */
export function setUpSteps(options: SetUpOptions = {}): SetUpStep[] {
  const steps: SetUpStep[] = [];
  if (options.python !== false) {
    steps.push(
      { title: "Python: TensorFlow, tf2onnx", run: (progress) => provisionEnvironment("export", progress) },
      { title: "tfjs-node's addon", run: (progress) => provisionAddon("cpu", progress) },
    );
  }
  if (options.oracle) {
    steps.push(
      { title: "Python: scikit-learn", run: (progress) => provisionEnvironment("oracle", progress) },
      { title: "Python: skl2onnx", run: (progress) => provisionEnvironment("baselines", progress) },
      { title: "ONNX's backend tests", run: provisionBackendTests },
    );
  }
  if (options.gpu) {
    steps.push(
      { title: "Python: TensorFlow for CUDA", run: (progress) => provisionEnvironment("gpu", progress) },
      { title: "tfjs-node-gpu's addon", run: (progress) => provisionAddon("gpu", progress) },
    );
  }
  if (options.cuda) {
    steps.push({ title: "ONNX Runtime's CUDA provider", run: (progress) => provisionCuda(progress) });
  }
  const { browsers = [DEFAULT_BROWSER], again = false } = options;
  for (const name of browsers === "all" ? BROWSERS : browsers) {
    const { title } = BROWSER_FACTS[name];
    steps.push({ title, run: (progress) => provisionBrowser(name, progress, { again }) });
  }
  return steps;
}
