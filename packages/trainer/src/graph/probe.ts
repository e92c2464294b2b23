import { sizeOf } from "@congruent/core";
import { mersenne } from "pure-rand/generator/mersenne";
import { everyLayer } from "../every-layer.js";
import { inputShapes } from "../input-shape.js";
import type { Objective } from "../objective.js";
import type { BatchTensors } from "../pass.js";
import { type LayersModel, nodeBackend, type Tensor, type TensorFlow, type Variable } from "../tensorflow.js";

/**
 * What a model is captured with: whole numbers like pixels, 0 to 255 (or what its embeddings have rows for), float32
 * [batch, ...] for each input. They differ from seed to seed, so that a number that JavaScript computes from them (or
 * a state that follows them) differs between two recordings.
 */
export function probeInputs(tf: TensorFlow, model: LayersModel, batch: number, seed: number): Tensor[] {
  const rows = everyLayer(model).map((layer) => (layer as { inputDim?: number }).inputDim ?? PIXELS);
  const below = Math.min(PIXELS, ...rows);
  return inputShapes(model, batch).map((shape, i) => numbers(tf, shape, "float32", draw(seed + i), below));
}

/** Targets as the losses take them: class indices, or numbers 0 and 1. */
function probeTargets(tf: TensorFlow, objective: Objective, batch: number, seed: number): Tensor[] {
  return objective.outputs.map(({ targets: { shape, dtype, classes } }, i) =>
    numbers(tf, [batch, ...shape], dtype, draw(seed + i), classes ?? 2),
  );
}

/** A batch for a training step or an evaluation. */
export function probeBatch(
  tf: TensorFlow,
  model: LayersModel,
  objective: Objective,
  { size, seed, weighted }: { size: number; seed: number; weighted: boolean },
): BatchTensors {
  return {
    inputs: probeInputs(tf, model, size, seed),
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
export function weightIds(tf: TensorFlow, model: LayersModel): number[] {
  return nodeBackend(tf).getInputTensorIds(model.weights.map((weight) => weight.read()));
}

/** Gives weights that were set from one and the same tensor values of their own: a recording knows them by id. */
export function separateWeights(tf: TensorFlow, model: LayersModel): void {
  const seen = new Set<number>();
  weightIds(tf, model).forEach((id, i) => {
    if (!seen.has(id)) {
      seen.add(id);
      return;
    }
    const variable = model.weights[i]?.read() as Variable;
    tf.tidy(() => variable.assign(tf.tensor(variable.dataSync(), variable.shape, variable.dtype)));
  });
}

/** Runs `f` and gives the model its weights back, whatever `f` does; moving statistics move in a forward pass. */
export function restoringWeights<T>(tf: TensorFlow, model: LayersModel, f: () => T): T {
  const variables = model.weights.map((weight) => weight.read() as Variable);
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
