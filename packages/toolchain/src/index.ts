/** What npm cannot install, found or provisioned: Python, TensorFlow, browsers, ONNX Runtime's CUDA provider. */

export { browserTool } from "./browser/browser-tool.js";
export type {
  BrowserDefinition,
  BrowserPage,
  BrowserSession,
  LaunchBrowserOptions,
  PageListener,
} from "./browser/definition.js";
export { findBrowser } from "./browser/find-browser.js";
export { browserDefinitions } from "./browser/index.js";
export { launchBrowser } from "./browser/launch-browser.js";
export { launchChromium } from "./browser/launch-chromium.js";
export { homeDirectory, isCheckout } from "./home.js";
export { npmInstall } from "./npm-install.js";
export { backendTestsArchive, provisionBackendTests } from "./onnx/backend-tests.js";
export { type NodeCuda, nodeCudaEnvironment } from "./onnxruntime/cuda-state.js";
export { type RuntimeEnvironment, runtimeEnvironments } from "./onnxruntime/runtime-environments.js";
export { type NodeWebGpu, nodeWebGpuEnvironment } from "./onnxruntime/webgpu-adapter.js";
export { pinnedPnpm } from "./pinned-pnpm.js";
export {
  type EnvironmentName,
  environmentNames,
  pythonEnvironment,
  pythonVariables,
} from "./python/environments.js";
export { provisionEnvironment } from "./python/provision-environment.js";
export { type RunPythonOptions, runPython } from "./python/run-python.js";
export { type Need, needs, type SetUpStep, setUpSteps } from "./set-up.js";
export { operatorsLibrary } from "./tensorflow/build-addon.js";
export { availableThreads, canComputeWith, computingThreads } from "./tensorflow/computing-threads.js";
export { checkTensorFlow, loadTensorFlow, type TensorFlow, whyNoGpu } from "./tensorflow/load-tensorflow.js";
export { type LoadedTfjs, loadTfjs, type Tfjs, versionsOf } from "./tensorflow/load-tfjs.js";
export type { Inspection, Progress, Provision, Tool } from "./tool.js";
export { inspectAll, type ToolReport, tools } from "./tools/index.js";
