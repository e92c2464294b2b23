import type { Optimizer } from "../optimizers/optimizer.js";
import type { LayersModel, TensorFlow } from "../tensorflow.js";
import { EagerEngine } from "./eager.js";
import type { Engine } from "./engine.js";
import { GraphEngine } from "./graph.js";

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

export function createEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  return engines[name](options);
}
