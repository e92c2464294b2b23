export { OPSET, type Tf2onnxOptions, tf2onnx } from "./bridges/tf2onnx.js";
export { checkOnnx } from "./check-onnx.js";
export { type ExportedModel, type ExportRunOptions, exportRun } from "./export-run.js";
export { promote } from "./promote.js";
