/** What set-up can provide besides the JavaScript, and the steps that provide it. */
import { readFileSync } from "node:fs";
import { BROWSER_FACTS, type BrowserName, CongruentError } from "@congruent/core";
import { provisionBrowser } from "./browser/provision-browser.js";
import { lockFile } from "./home.js";
import { provisionBackendTests } from "./onnx/backend-tests.js";
import { provisionCuda } from "./onnxruntime/cuda-provider.js";
import { environmentDirectory, readStamp } from "./python/environments.js";
import { provisionEnvironment } from "./python/provision-environment.js";
import { provisionAddon } from "./tensorflow/build-addon.js";
import { findLibTensorFlow } from "./tensorflow/libtensorflow.js";
import type { Progress, Provision } from "./tool.js";

/** One step of set-up: does its work only if it is not done yet. */
export interface SetUpStep {
  title: string;
  /** @throws CongruentError (exit 3) saying what happened and what to do. */
  run(progress: Progress): Promise<Provision>;
}

/** @param again look for what a recent attempt did not find */
type StepsOf = (again: boolean) => readonly SetUpStep[];

const exportEnvironment: SetUpStep = {
  title: "Python: TensorFlow, tf2onnx",
  run: (progress) => provisionEnvironment("export", progress),
};

const library: SetUpStep = {
  title: "TensorFlow's library",
  async run(progress) {
    // The larger environment of tf2onnx has the library, too.
    const found = readStamp(environmentDirectory("tensorflow")) ? null : findLibTensorFlow("cpu");
    const [, wanted] = /^tensorflow-cpu==(\S+)/m.exec(readFileSync(lockFile("tensorflow"), "utf8")) ?? [];
    return found && "version" in found && found.version === wanted
      ? { outcome: "up to date", detail: `TensorFlow ${found.version}` }
      : provisionEnvironment("tensorflow", progress);
  },
};

function browserStep(name: BrowserName, again: boolean): SetUpStep {
  return { title: BROWSER_FACTS[name].title, run: (progress) => provisionBrowser(name, progress, { again }) };
}

/** In the order in which they must be provided. */
const provided = {
  /** TensorFlow, Keras, tf2onnx and onnx in Python: what `--via tf2onnx` and many tests need. */
  export: () => [exportEnvironment],
  /** tfjs-node's addon, which training needs. TensorFlow's library comes from the Python package, of which nothing else is used. */
  tensorflow: () => [
    library,
    { title: "tfjs-node's addon", run: (progress) => provisionAddon("cpu", progress) },
  ],
  /** scikit-learn, which the tests compare with. */
  oracle: () => [
    { title: "Python: scikit-learn", run: (progress) => provisionEnvironment("oracle", progress) },
  ],
  /** scikit-learn's models and skl2onnx: what classical recipes need. */
  baselines: () => [
    { title: "Python: skl2onnx", run: (progress) => provisionEnvironment("baselines", progress) },
  ],
  /** ONNX Runtime and onnx in Python. */
  peers: () => [
    { title: "Python: ONNX Runtime", run: (progress) => provisionEnvironment("peers", progress) },
  ],
  "backend-tests": () => [{ title: "ONNX's backend tests", run: provisionBackendTests }],
  /** TensorFlow's CUDA build and its addon. */
  gpu: () => [
    { title: "Python: TensorFlow for CUDA", run: (progress) => provisionEnvironment("gpu", progress) },
    { title: "tfjs-node-gpu's addon", run: (progress) => provisionAddon("gpu", progress) },
  ],
  /** ONNX Runtime's CUDA provider. */
  cuda: () => [{ title: "ONNX Runtime's CUDA provider", run: (progress) => provisionCuda(progress) }],
  /** The default browser of the web runtimes. */
  browser: (again) => [browserStep("chromium", again)],
  firefox: (again) => [browserStep("firefox", again)],
  webkit: (again) => [browserStep("webkit", again)],
} as const satisfies Record<string, StepsOf>;

/** What set-up can provide. */
export type Need = keyof typeof provided;

export const needs = Object.keys(provided) as Need[];

/**
 * The steps that provide what is needed, each once, in the order in which they must run.
 *
 * @throws CongruentError `E_NEED` for a need that is not there
 */
export function setUpSteps(wanted: readonly Need[], { again = false } = {}): SetUpStep[] {
  const strange = wanted.find((need) => !needs.includes(need));
  if (strange !== undefined) {
    throw new CongruentError({
      code: "E_NEED",
      what: `set-up cannot provide ${JSON.stringify(strange)}`,
      expected: needs.join(", "),
    });
  }
  const steps = needs.filter((need) => wanted.includes(need)).flatMap((need) => [...provided[need](again)]);
  return [...new Set(steps)];
}
