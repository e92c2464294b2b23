/** What npm cannot install, found or provisioned: Python, TensorFlow, a browser, ONNX Runtime's CUDA provider. */
export { homeDirectory } from "./home.js";
export { type EnvironmentName, environmentNames, pythonEnvironment } from "./python/environments.js";
export { type RunPythonOptions, runPython } from "./python/run-python.js";
export { type ProcessOptions, type ProcessResult, runProcess } from "./run-process.js";
export { loadTensorFlow, type TensorFlow } from "./tensorflow/load-tensorflow.js";
