/** Error bounds: how far a correct runtime may be from the reference. */
export { type Bound, boundsOfNode, EXACT_BOUND, type NodeEvaluation, type Origin } from "./bound.js";
export {
  type BoundComparison,
  compareWithBound,
  rounded,
  type WorstElement,
} from "./compare-with-bound.js";
export {
  type BoundedInterpretation,
  type BoundOptions,
  interpretWithBounds,
  nodeBounds,
} from "./interpret-with-bounds.js";
export { CONFIDENCE, type RoundingModel } from "./rounding.js";
export { operatorsWithRules } from "./rules/index.js";
