/** Graph passes over any ONNX file. Safe in a browser. */
export { allNodes, type PassChange } from "./changes.js";
export * from "./compress/index.js";
export { type Optimized, type OptimizeOptions, optimize, PASS_NAMES } from "./optimize.js";
export type { Pass } from "./pass.js";
export { type PassName, passes } from "./passes/index.js";
export { walkPermuted } from "./permuted.js";
export { type Portable, portable } from "./portable.js";
export { cameFrom, FROM_KEY } from "./provenance.js";
export { type RewriteName, rewrites } from "./rewrites/index.js";
export type { Evidence, Rewrite } from "./rewrites/rewrite.js";
export { REWRITES_KEY, rewritesOf } from "./rewrites-of.js";
