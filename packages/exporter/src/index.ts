export { OPSET, type Tf2onnxOptions, tf2onnx } from "./bridges/tf2onnx.js";
export { checkOnnx } from "./check-onnx.js";
export { type ExportModelOptions, exportModel } from "./export-model.js";
export { type ExportedModel, type ExportRunOptions, exportRun } from "./export-run.js";
export { modelPackage } from "./model-package.js";
export { promote } from "./promote.js";
export { meanAndDeviation } from "./repeats.js";
export { type RunResults, readRunResults, resultCommand } from "./run-results.js";
