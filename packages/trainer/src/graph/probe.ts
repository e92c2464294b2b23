import { mersenne } from "pure-rand/generator/mersenne";
import { inputShape } from "../input-shape.js";
import { type LayersModel, nodeBackend, type Tensor, type TensorFlow, type Variable } from "../tensorflow.js";

/**
 * What a model is captured with: pixels 0 to 255, float32 [batch, ...]. They differ from seed to seed, so that a
 * number that JavaScript computes from them (or a state that follows them) differs between two recordings.
 */
export function probeInputs(tf: TensorFlow, model: LayersModel, batch: number, seed: number): Tensor {
  const shape = inputShape(model, batch);
  const next = draw(seed);
  const length = shape.reduce((product, dim) => product * dim, 1);
  return tf.tensor(
    Float32Array.from({ length }, () => next(256)),
    shape,
  );
}

/** Labels below the number of classes, int32 [batch]. */
export function probeLabels(tf: TensorFlow, model: LayersModel, batch: number, seed: number): Tensor {
  const next = draw(seed);
  const classes = model.outputs[0]?.shape.at(-1) ?? 1;
  return tf.tensor(
    Int32Array.from({ length: batch }, () => next(classes)),
    [batch],
    "int32",
  );
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
