/** Reads and writes ONNX files. Safe in a browser. */
export * from "./builder.js";
export * from "./card.js";
export * from "./check-model.js";
export * from "./dtypes.js";
export * from "./generated/onnx/onnx-ml_pb.js";
export * from "./graph/index.js";
export * from "./interface.js";
export { LAYER_KEY } from "./layer-key.js";
export * from "./metadata.js";
export * from "./model.js";
export { type KnownShape, NodeFacts, OPERAND_RULES, operandFlaw } from "./operands/index.js";
export { arityFlaw, operatorArity } from "./operator-arity.js";
export { operatorSince, operatorVersions } from "./operator-history.js";
export { OPERATOR_SETS, type OperatorSet, operatorFlaw } from "./operator-sets.js";
export { parameterCount } from "./parameter-count.js";
export * from "./profile.js";
