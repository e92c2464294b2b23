import { Registry } from "@congruent/core";
import { refuseLabels } from "../example-weights.js";
import { refuseFrozenRandom } from "../graph/frozen-random.js";
import { refuseStateful } from "../refuse-stateful.js";
import { EagerEngine } from "./eager.js";
import type { Engine, EngineOptions } from "./engine.js";
import { GraphEngine } from "./graph.js";
import { refuseBatchParts } from "./refuse-batch-parts.js";
import { refuseConstraints } from "./refuse-constraints.js";
import { refuseNothingToTrain } from "./refuse-nothing-to-train.js";
import { refusePrecision } from "./refuse-precision.js";

export type { EngineOptions } from "./engine.js";

const engines = {
  graph: (options: EngineOptions): Promise<Engine> => GraphEngine.create(options),
  eager: async (options: EngineOptions): Promise<Engine> => new EagerEngine(options),
};

const registry = new Registry<(options: EngineOptions) => Promise<Engine>>(
  { kind: "engine", code: "E_ENGINE" },
  engines,
);

export type EngineName = keyof typeof engines;
export const engineNames = Object.keys(engines) as EngineName[];

/**
 * @throws CongruentError `E_ENGINE` when there is none of that name, `E_LABELS` for a target that is no class, `E_BATCH_PARTS` for parts of a batch whose examples a layer takes together, `E_NOTHING_TO_TRAIN` where all weights are frozen, `E_CONSTRAINT`, `E_STATEFUL` or `E_FROZEN_RANDOM` for what no engine trains rightly, `E_CAPTURE_*` for
 * what the graph engine cannot capture; each names the layer.
 */
export async function createEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  const create = registry.get(name);
  const { train, held, objective, precision = "float32", device = "cpu" } = options;
  refusePrecision(precision, name, device);
  if (train) refuseLabels(train, objective, "the training set");
  if (held) refuseLabels(held, objective, "the set held out");
  if (train) refuseNothingToTrain(options.model);
  refuseConstraints(options.model);
  refuseStateful(options.model);
  refuseBatchParts(options.model, options.batchParts);
  refuseFrozenRandom(options.tf, options.model);
  return create(options);
}
