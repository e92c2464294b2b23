/** Graph passes over any ONNX file. Safe in a browser. */
export type { PassChange } from "./changes.js";
export { type Optimized, type OptimizeOptions, optimize, PASS_NAMES } from "./optimize.js";
export type { Pass } from "./pass.js";
export { type PassName, passes } from "./passes/index.js";
export { cameFrom, FROM_KEY } from "./provenance.js";
