/** Runs one model on every runtime and says whether the numbers agree. */

export { overBudget, parseBudget } from "./against/budget.js";
export { type Changes, findChanges } from "./against/find-changes.js";
export { qualities } from "./against/qualities.js";
export { type AgainstOptions, runAgainst } from "./against/run-against.js";
export { type Kept, type KeptSearch, searchKept } from "./against/search-kept.js";
export { type Runs, type RunsOptions, withRuns } from "./against/with-runs.js";
export { type Arithmetic, arithmeticOf } from "./arithmetic.js";
export { attribution, sizeText } from "./attribution.js";
export * from "./bisect/index.js";
export * from "./inputs/index.js";
export { checkLedger, readLedger } from "./ledger.js";
export { type MatcherResult, parityMatchers } from "./matchers.js";
export type { Diagnose, ParityProgress } from "./matrix-options.js";
export { givenInputs, type ParityFileOptions, parity } from "./parity.js";
export { withRegression } from "./regression.js";
export * from "./repro/index.js";
export { type ParityOptions, runParity } from "./run-parity.js";
export type { Runner, RunnerJob, RunnerResult, RunnerVariant, Tensors, Timings } from "./runner.js";
export { runnerOf, runners } from "./runners/index.js";
export { installOnnxruntime, type OnnxruntimeRelease } from "./runners/install-onnxruntime.js";
export { toleranceOf } from "./tolerances.js";
export { verdictOf } from "./verdict.js";
