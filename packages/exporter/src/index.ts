export { type AnyRun, isFitted, readAnyRun } from "./any-run.js";
export { OPSET, type Tf2onnxOptions, tf2onnx } from "./bridges/tf2onnx.js";
export { checkOnnx } from "./check-onnx.js";
export { type ExportModelOptions, exportModel } from "./export-model.js";
export { type ExportedModel, type ExportRunOptions, exportRun } from "./export-run.js";
export { modelPackage, modelTasks } from "./model-package.js";
export { promote } from "./promote.js";
export { type RunResults, readRunResults, resultCommand } from "./run-results.js";
export { type Exporter, exporters } from "./source-model.js";
