export { loadTensorFlow } from "@congruent/toolchain";
export { type Augmentation, augmentationOf } from "./augment/augmentation.js";
export type { BatchLog, Callback, CallbackState, TrainBegin } from "./callbacks/callback.js";
export { type CSVLoggerOptions, csvLogger } from "./callbacks/csv-logger.js";
export { callbackOf } from "./callbacks/index.js";
export { jsonLines } from "./callbacks/json-lines.js";
export { type ModelCheckpointOptions, modelCheckpoint } from "./callbacks/model-checkpoint.js";
export { tensorBoard } from "./callbacks/tensorboard.js";
export { loadWeights } from "./callbacks/weights-file.js";
export type { Values, ValuesFor } from "./compile/columns.js";
export { type CompiledModel, type CompileOptions, compile, type FitArguments } from "./compile/compile.js";
export type { History } from "./compile/history.js";
export { type Computation, computationOf } from "./engines/computation.js";
export type { Engine, EngineState, Report, StateTensor } from "./engines/engine.js";
export { createEngine, type EngineName, type EngineOptions, engineNames } from "./engines/index.js";
export { type Precision, refusePrecision } from "./engines/refuse-precision.js";
export { batchSizes } from "./examples/batch-sizes.js";
export { type Column, type Examples, examplesOf } from "./examples/examples.js";
export { exportSavedModel } from "./export/export-saved-model.js";
export { saveInference } from "./export/save-inference.js";
export { type FitOptions, type Fitted, fit } from "./fit.js";
export type { Kernels } from "./graph/own-kernels.js";
export type { Optimizer } from "./optimizers/optimizer.js";
export { optimizerOf } from "./optimizers/optimizer-of.js";
export { scheduleOf } from "./schedules/index.js";
export type { Schedule, ScheduleContext } from "./schedules/schedule.js";
export {
  type LossConfig,
  type MetricConfig,
  type Objective,
  type ObjectiveConfig,
  objectiveOf,
} from "./step/objective.js";
export { type TrainOptions, train } from "./train.js";
export { drawKey } from "./training-calls/draws.js";
export { type Draws, registerTrainingCall, type TrainingCall } from "./training-calls/index.js";
