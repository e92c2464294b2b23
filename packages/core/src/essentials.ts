/**
 * What a page that runs a model needs of this package: errors, tensors, runtimes. None of it loads a schema library; `index.ts` is this and
 * the rest.
 */
export * from "./browsers.js";
export * from "./card-key.js";
export * from "./closest.js";
export * from "./errors.js";
export * from "./float16.js";
export * from "./runtimes/index.js";
export type * from "./runtimes/runtime-definition.js";
export * from "./runtimes/runtime-id.js";
export * from "./statistics/index.js";
export * from "./tensor.js";
export * from "./tensor-bytes.js";
export * from "./terminal-codes.js";
export * from "./unknown-name.js";
