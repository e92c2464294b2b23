/** Which node of a model makes a runtime wrong. */
export { type BisectMode, type BisectOptions, type BisectProgress, bisect } from "./bisect.js";
export { type DiagnoseOptions, diagnoseWith } from "./diagnose.js";
export type { Agreement, Expected, Oracle, Step } from "./oracle.js";
export type { BisectJob } from "./part-runner.js";
export { referenceOracle } from "./reference-oracle.js";
export { runtimeOracle } from "./runtime-oracle.js";
