/** What operators ask of the shapes of their operands. */
export { knownShapes } from "./known-shapes.js";
export { NodeFacts } from "./node-facts.js";
export { operandFlaw } from "./operand-flaw.js";
export { OPERAND_RULES } from "./operand-rules.js";
export { type KnownShape, parsePattern } from "./shape-pattern.js";
