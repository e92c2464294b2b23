/** Runs ONNX models in double precision: what runtimes are measured against. Safe in a browser. */
export * from "./bounds/index.js";
export { describeNode } from "./call.js";
export { convert } from "./convert.js";
export { OPSETS, type UnknownOperator, unknownOperators } from "./find-kernel.js";
export { fromProto } from "./from-proto.js";
export {
  type Feeds,
  type Interpretation,
  type Interpreter,
  type InterpretOptions,
  interpret,
  prepare,
  runNode,
} from "./interpret.js";
export {
  fromTensor,
  isFloat,
  toTensor,
  type Value,
  type ValueData,
  type ValueDType,
  value,
} from "./value.js";
