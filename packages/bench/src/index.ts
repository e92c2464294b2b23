export { type BenchSprintOptions, benchSprint } from "./bench-sprint.js";
export { BENCH_NETWORKS, type BenchTrainOptions, benchTrain } from "./bench-train.js";
export { type Configuration, type Contender, contenders } from "./contenders/index.js";
export { byOperator, type ProfileStepOptions, profileStep } from "./profile-step.js";
