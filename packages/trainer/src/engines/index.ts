import { Registry } from "@congruent/core";
import { refuseLabels } from "../examples/example-weights.js";
import { refuseFrozenRandom } from "../graph/frozen-random.js";
import { refuseStateful } from "../model/refuse-stateful.js";
import { EagerEngine } from "./eager.js";
import { type Engine, type EngineOptions, type EngineParts, enginePartsOf } from "./engine.js";
import { GraphEngine } from "./graph.js";
import { refuseBatchParts } from "./refuse-batch-parts.js";
import { refuseNothingToTrain } from "./refuse-nothing-to-train.js";
import { refusePrecision } from "./refuse-precision.js";

export type { EngineOptions } from "./engine.js";

const engines = {
  graph: (parts: EngineParts): Promise<Engine> => GraphEngine.create(parts),
  eager: async (parts: EngineParts): Promise<Engine> => new EagerEngine(parts),
};

const registry = new Registry<(parts: EngineParts) => Promise<Engine>>(
  { kind: "engine", code: "E_ENGINE" },
  engines,
);

export type EngineName = keyof typeof engines;
export const engineNames = Object.keys(engines) as EngineName[];

/**
 * Makes an engine that trains and evaluates a model. What it cannot train correctly is refused; the error names the layer.
 *
 * @throws CongruentError `E_ENGINE` when there is none of that name, `E_PRECISION` for a precision that the engine or the processor lacks, `E_LABELS` for a target that is no
 * class, `E_NOTHING_TO_TRAIN` where all weights are frozen, `E_BATCH_PARTS` for parts of a batch where a layer keeps statistics of
 * whole batches, `E_STATEFUL` or `E_FROZEN_RANDOM` for what no engine trains correctly, `E_CAPTURE_*` for what the
 * graph engine cannot capture.
 * @example
 * ```ts no-run
 * const engine = await createEngine("graph", { tf, model, objective, optimizer, train, validation: null, batchSizes: [64], seed: 1 });
 * engine.trainStep(Int32Array.from({ length: 64 }, (_, i) => i)).length === objective.names.length; // => true
 * ```
 */
export async function createEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  const create = registry.get(name);
  const { train, validation, objective, precision = "float32", device = "cpu" } = options;
  refusePrecision(precision, name, device);
  if (train) refuseLabels(train, objective, "the training set");
  if (validation) refuseLabels(validation, objective, "the validation set");
  const parts = enginePartsOf(options);
  const { model } = parts;
  if (train) refuseNothingToTrain(model);
  refuseStateful(model);
  refuseBatchParts(model, options.batchParts);
  refuseFrozenRandom(model);
  return create(parts);
}
