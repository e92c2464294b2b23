import { refuseLabels } from "../examples/example-weights.js";
import { refuseFrozenRandom } from "../graph/frozen-random.js";
import { refuseStateful } from "../model/refuse-stateful.js";
import { EagerEngine } from "./eager.js";
import { type Engine, type EngineOptions, type EngineParts, enginePartsOf } from "./engine.js";
import { GraphEngine } from "./graph.js";
import { refuseBatchParts } from "./refuse-batch-parts.js";
import { refuseConstraints } from "./refuse-constraints.js";
import { refuseNothingToTrain } from "./refuse-nothing-to-train.js";
import { refusePrecision } from "./refuse-precision.js";

export type { EngineOptions } from "./engine.js";

const engines = {
  graph: (parts: EngineParts): Promise<Engine> => GraphEngine.create(parts),
  eager: async (parts: EngineParts): Promise<Engine> => new EagerEngine(parts),
};

export type EngineName = keyof typeof engines;
export const engineNames = Object.keys(engines) as EngineName[];

/**
 * @throws CongruentError `E_LABELS` for a target that is no class, `E_BATCH_PARTS` for parts of a batch whose examples a layer takes together, `E_NOTHING_TO_TRAIN` where all weights are frozen, `E_CONSTRAINT`, `E_STATEFUL` or `E_FROZEN_RANDOM` for what no engine trains rightly, `E_CAPTURE_*` for
 * what the graph engine cannot capture; each names the layer.
 */
export async function createEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  const { train, validation, objective, precision = "float32", device = "cpu" } = options;
  refusePrecision(precision, name, device);
  if (train) refuseLabels(train, objective, "the training set");
  if (validation) refuseLabels(validation, objective, "the validation set");
  const parts = enginePartsOf(options);
  const { model } = parts;
  if (train) refuseNothingToTrain(model);
  refuseConstraints(model);
  refuseStateful(model);
  refuseBatchParts(model, options.batchParts);
  refuseFrozenRandom(model);
  return engines[name](parts);
}
