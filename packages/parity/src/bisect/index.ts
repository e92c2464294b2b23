/** Which node of a model makes a runtime wrong. */
export { type BisectMode, type BisectOptions, type BisectProgress, bisect } from "./bisect.js";
export { type DiagnoseOptions, diagnoseWith } from "./diagnose.js";
export type { BisectJob } from "./executor.js";
export { referenceTruth } from "./reference-truth.js";
export type { Agreement, Expected, Step, Truth } from "./truth.js";
