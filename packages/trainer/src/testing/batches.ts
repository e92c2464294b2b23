import { mersenne } from "pure-rand/generator/mersenne";
import type { EngineOptions } from "../engines/engine.js";
import type { Examples } from "../examples/examples.js";
import { objectiveOf } from "../step/objective.js";
import type { LayersModel } from "../tensorflow.js";

/** A batch for a classifier: inputs float32 [size, ...inputShape], labels int32 [size]. */
export interface Batch {
  size: number;
  inputs: Float32Array;
  labels: Int32Array;
}

/** A batch for the small models: pixels [8, 8, 1] and four classes. */
export function randomBatch(size: number, seed: number): Batch {
  const generator = mersenne(seed);
  const next = (below: number) => (generator.next() >>> 0) % below;
  return {
    size,
    inputs: Float32Array.from({ length: size * 64 }, () => next(256)),
    labels: Int32Array.from({ length: size }, () => next(4)),
  };
}

/** Batches one after the other as one set of examples. */
export function examplesOfBatches(model: LayersModel, batches: readonly Batch[]): Examples {
  const join = (arrays: readonly (Float32Array | Int32Array)[]) => arrays.flatMap((array) => [...array]);
  return {
    count: batches.reduce((sum, { size }) => sum + size, 0),
    inputs: [
      {
        dtype: "float32",
        shape: (model.inputs[0]?.shape ?? []).slice(1) as number[],
        data: Float32Array.from(join(batches.map(({ inputs }) => inputs))),
      },
    ],
    targets: [
      { dtype: "int32", shape: [], data: Int32Array.from(join(batches.map(({ labels }) => labels))) },
    ],
    weights: [],
  };
}

/** Where each batch's examples are in `examplesOfBatches`. */
export function positionsOf(batches: readonly Batch[]): Int32Array[] {
  let begin = 0;
  return batches.map(({ size }) => {
    const first = begin;
    begin += size;
    return Int32Array.from({ length: size }, (_, i) => first + i);
  });
}

/** What an engine needs for a classifier that is trained on some batches and evaluated on all of them. */
export function classification(
  model: LayersModel,
  batches: readonly Batch[],
): Pick<EngineOptions, "model" | "objective" | "train" | "validation" | "batchSizes"> {
  const train = examplesOfBatches(model, batches);
  return {
    model,
    objective: objectiveOf(model, {
      loss: "sparseCategoricalCrossentropy",
      metrics: ["accuracy", "crossEntropy"],
    }),
    train,
    validation: train,
    batchSizes: batches.map(({ size }) => size),
  };
}
