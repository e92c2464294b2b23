import { sizeOf } from "@congruent/core";
import { mersenne } from "pure-rand/generator/mersenne";
import type { TrainableModel } from "../model/trainable-model.js";
import type { Objective } from "../step/objective.js";
import type { BatchTensors } from "../step/pass.js";
import type { Tensor, TensorFlow, Variable } from "../tensorflow.js";

/**
 * The inputs with which a model is captured: whole numbers like pixels, 0 to 255 (or what its embeddings have rows for), float32
 * [batch, ...] for each input. They differ from seed to seed, so that a number that JavaScript computes from them (or
 * a state that follows them) differs between two recordings.
 */
export function probeInputs(model: TrainableModel, batch: number, seed: number): Tensor[] {
  const rows = model.layers.map((layer) => (layer as { inputDim?: number }).inputDim ?? PIXELS);
  const below = Math.min(PIXELS, ...rows);
  return model
    .inputShapes(batch)
    .map((shape, i) => numbers(model.tf, shape, "float32", draw(seed + i), below));
}

/** Targets as the losses take them: class indices, or numbers 0 and 1. */
function probeTargets(tf: TensorFlow, objective: Objective, batch: number, seed: number): Tensor[] {
  return objective.outputs.map(({ targets: { shape, dtype, classes } }, i) =>
    numbers(tf, [batch, ...shape], dtype, draw(seed + i), classes ?? 2),
  );
}

/** A batch for a training step or an evaluation. */
export function probeBatch(
  model: TrainableModel,
  objective: Objective,
  { size, seed, weighted }: { size: number; seed: number; weighted: boolean },
): BatchTensors {
  const { tf } = model;
  return {
    inputs: probeInputs(model, size, seed),
    targets: probeTargets(tf, objective, size, seed),
    weights: weighted
      ? objective.outputs.map((_, i) => numbers(tf, [size], "float32", draw(seed + i), 4))
      : [],
  };
}

const PIXELS = 256;

function numbers(
  tf: TensorFlow,
  shape: number[],
  dtype: "float32" | "int32",
  next: (below: number) => number,
  below: number,
): Tensor {
  const length = sizeOf(shape);
  const values = Array.from({ length }, () => next(below));
  return tf.tensor(dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values), shape, dtype);
}

function draw(seed: number): (below: number) => number {
  const generator = mersenne(seed);
  return (below) => (generator.next() >>> 0) % below;
}

/** The addon's ids of the weights' present values, in the order of `model.weights`. */
export function weightIds({ backend, variables }: TrainableModel): number[] {
  return backend.getInputTensorIds([...variables]);
}

/** Gives weights that share one tensor a tensor each: a recording identifies weights by the ids of their tensors. */
export function separateWeights(model: TrainableModel): void {
  const { tf, variables } = model;
  const seen = new Set<number>();
  weightIds(model).forEach((id, i) => {
    if (!seen.has(id)) {
      seen.add(id);
      return;
    }
    const variable = variables[i] as Variable;
    tf.tidy(() => variable.assign(tf.tensor(variable.dataSync(), variable.shape, variable.dtype)));
  });
}

/** Runs `f`, then restores the weights of the model, also when `f` throws: a forward pass changes moving statistics. */
export function restoringWeights<T>({ tf, variables }: TrainableModel, f: () => T): T {
  const saved = variables.map((variable) => variable.clone());
  try {
    return f();
  } finally {
    variables.forEach((variable, i) => {
      variable.assign(saved[i] as Tensor);
    });
    tf.dispose(saved);
  }
}
