export { createRunDirectory } from "./create-run-directory.js";
export { environmentOf } from "./environment-of.js";
export { fieldName } from "./field-name.js";
export { isRunDirectory } from "./is-run-directory.js";
export { lockRun } from "./lock-run.js";
export { readLog } from "./read-log.js";
export { type FinishedRun, readRun } from "./read-run.js";
export { recipeLogs, recipeMetrics } from "./recipe-logs.js";
export { runPaths } from "./run-paths.js";
