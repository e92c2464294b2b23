/** A fault by itself: a folder to be attached to an issue. */
export { type Repro, type ReproOptions, writeRepro } from "./write-repro.js";
