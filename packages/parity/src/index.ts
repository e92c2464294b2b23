/** Runs one model on every runtime and says whether the numbers agree. */
export { checkLedger, readLedger } from "./ledger.js";
export type { ParityProgress } from "./matrix.js";
export { type ParityOptions, runParity } from "./run-parity.js";
export type { Runner, RunnerJob, RunnerResult, Tensors } from "./runner.js";
export { runners } from "./runners/index.js";
export { type Arithmetic, arithmeticOf, toleranceOf } from "./tolerances.js";
export { verdictOf } from "./verdict.js";
