export { type BenchCsvOptions, benchCsv } from "./bench-csv.js";
export { type BenchEvaluationOptions, benchEvaluation } from "./bench-evaluation.js";
export { type BenchExportOptions, benchExport } from "./bench-export.js";
export { type BenchInferOptions, benchInfer } from "./bench-infer.js";
export { type BenchReferenceOptions, benchReference } from "./bench-reference.js";
export { type BenchSprintOptions, benchSprint } from "./bench-sprint.js";
export { BENCH_NETWORKS, type BenchTrainOptions, benchTrain } from "./bench-train.js";
export { type Configuration, type Contender, contenders } from "./contenders/index.js";
export {
  type EvaluationJob,
  type Evaluator,
  evaluators,
  type PreparedEvaluation,
} from "./evaluators/index.js";
export { byOperator, type ProfileStepOptions, profileStep } from "./profile-step.js";
