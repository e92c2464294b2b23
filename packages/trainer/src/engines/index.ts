import { refuseFrozenRandom } from "../graph/frozen-random.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { LayersModel, TensorFlow } from "../tensorflow.js";
import { EagerEngine } from "./eager.js";
import type { Engine } from "./engine.js";
import { GraphEngine } from "./graph.js";
import { refuseConstraints } from "./refuse-constraints.js";

export interface EngineOptions {
  tf: TensorFlow;
  model: LayersModel;
  optimizer: Optimizer;
  /** Sizes of the batches that will be trained on. */
  batchSizes: readonly number[];
}

const engines = {
  graph: (o: EngineOptions): Promise<Engine> => GraphEngine.create(o.tf, o.model, o.optimizer, o.batchSizes),
  eager: async (o: EngineOptions): Promise<Engine> => new EagerEngine(o.tf, o.model, o.optimizer),
};

export type EngineName = keyof typeof engines;
export const engineNames = Object.keys(engines) as EngineName[];

/**
 * @throws CongruentError `E_CONSTRAINT` or `E_FROZEN_RANDOM` for what no engine trains rightly, `E_CAPTURE_*` for
 * what the graph engine cannot capture; each names the layer.
 */
export async function createEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  refuseConstraints(options.model);
  refuseFrozenRandom(options.tf, options.model);
  return engines[name](options);
}
