import { CongruentError } from "@congruent/core";
import { type WithheldActivation, withoutActivations } from "@congruent/layers";
import type * as tfjs from "@tensorflow/tfjs";
import type { Augmentation } from "../augment/augmentation.js";
import { modelOutputs } from "../model/model-outputs.js";
import { penaltyTerms } from "../model/penalty-terms.js";
import type { TrainableModel } from "../model/trainable-model.js";
import type { Tensor, TensorFlow } from "../tensorflow.js";
import { type StepKey, withTrainingCalls } from "../training-calls/index.js";
import type { Objective } from "./objective.js";

/** A batch as tensors. */
export interface BatchTensors {
  /** One for each of the model's inputs, float32 [batch, ...]. */
  inputs: readonly Tensor[];
  /** One for each output. */
  targets: readonly Tensor[];
  /** float32 [batch] for each output: factors of the examples' losses. Empty where all count alike. */
  weights: readonly Tensor[];
}

export interface PassOptions {
  model: TrainableModel;
  objective: Objective;
  batch: BatchTensors;
}

/** What a pass reports, taken before an update. */
export interface ReportTensors {
  /** float32 scalars in the order of `objective.names`: losses are means over the batch, metrics are sums. */
  report: Tensor[];
  /** How many numbers of each example a report sums up; null where it is a mean already. */
  summed: (number | null)[];
}

export interface TrainingTensors extends ReportTensors {
  /** One for each of `trainableVariables`, in their order. */
  gradients: Tensor[];
}

/** Forward and backward pass of one batch; nothing is updated but batch statistics. */
export function trainingPass(
  options: PassOptions & {
    key: StepKey;
    /** What happens to the input before the model sees it; for models of one input. */
    augment?: Augmentation | undefined;
    /** Parts of the batch that the model is applied to one by one. Default: 1. */
    batchParts?: number | undefined;
    onBackward?: () => void;
  },
): TrainingTensors {
  const { model, objective, batch, key, augment, batchParts = 1, onBackward } = options;
  const { tf, trainableVariables: variables } = model;
  let parts: Tensor[] = [];
  let summed: (number | null)[] = [];
  const loss = () => {
    const inputs = batch.inputs.map((input) => augment?.(input, key) ?? input);
    const seen = { ...options, batch: { ...batch, inputs } };
    const scores = withTrainingCalls(model, key, () => appliedInParts(seen, batchParts));
    const measured = measure(tf, objective, scores, batch);
    parts = measured.parts.map((part) => tf.keep(part.clone()));
    summed = [null, ...measured.summed];
    const total = penaltyTerms(model).reduce((sum, term) => tf.add(sum, term), measured.loss);
    onBackward?.();
    return total as tfjs.Scalar;
  };
  try {
    const { value, grads } = tf.variableGrads(loss, [...variables]);
    const gradients = variables.map((variable, i) => {
      const gradient = grads[variable.name];
      if (!gradient) throw noGradient(model.trainableWeights[i]?.name ?? variable.name);
      return gradient;
    });
    return { report: [value, ...parts], summed, gradients };
  } catch (error) {
    // Kept tensors are not disposed by the tidy of a pass that failed.
    tf.dispose(parts);
    throw error;
  }
}

/** As of a training step; the loss is without the layers' regularization terms. */
export interface EvaluationTensors extends ReportTensors {
  /** float32 scalar: the sum of the layers' regularization terms. */
  penalty: Tensor;
}

/** Forward pass of one batch in inference mode. */
export function evaluationPass(options: PassOptions): EvaluationTensors {
  const { model, objective, batch } = options;
  const { loss, parts, summed } = measure(model.tf, objective, applied(options, { training: false }), batch);
  return { report: [loss, ...parts], summed: [null, ...summed], penalty: penalty(model) };
}

/** The sum of the layers' regularization terms for the present weights, float32 scalar. */
function penalty(model: TrainableModel): Tensor {
  const { tf } = model;
  return penaltyTerms(model).reduce<Tensor>((sum, term) => tf.add(sum, term), tf.scalar(0));
}

/** The model's outputs in inference mode, activations included. */
export function predictionPass(model: TrainableModel, inputs: readonly Tensor[]): Tensor[] {
  return modelOutputs(model, inputs, { training: false });
}

/** The model's outputs as the losses take them: without the activations that the losses include. */
function applied({ model, objective, batch }: PassOptions, mode: { training: boolean }): Tensor[] {
  const withheld = objective.outputs.map(({ loss, fromLogits }) => (fromLogits ? null : loss.activation));
  return withoutActivations(model.tf, model.layersModel, withheld, () =>
    modelOutputs(model, batch.inputs, mode),
  );
}

/**
 * `applied` in training mode to parts of the batch. The parts are independent, so a graph computes them side by
 * side; the gradients of a weight are added in a fixed order.
 */
function appliedInParts(options: PassOptions, count: number): Tensor[] {
  const { batch } = options;
  const { tf } = options.model;
  const size = batch.inputs[0]?.shape[0] ?? 1;
  const sizes = partSizes(size, count);
  if (sizes.length === 1) return applied(options, { training: true });
  const inputs = batch.inputs.map((input) => tf.split(input, sizes));
  const outputs = sizes.map((_, i) => {
    const part = { ...batch, inputs: inputs.map((tensors) => tensors[i] as Tensor) };
    return applied({ ...options, batch: part }, { training: true });
  });
  return outputs[0]!.map((_, i) => tf.concat(outputs.map((of) => of[i] as Tensor)));
}

/**
 * Sizes of the parts of a batch, as equal as they can be and none empty.
 *
 * @example
 * ```ts
 * partSizes(7, 2); // => [4, 3]
 * partSizes(1, 2); // => [1]
 * ```
 */
export function partSizes(size: number, count: number): number[] {
  const parts = Math.min(size, count);
  return Array.from({ length: parts }, (_, i) => Math.ceil((size - i) / parts));
}

const activations: Record<WithheldActivation, (tf: TensorFlow, x: Tensor) => Tensor> = {
  softmax: (tf, x) => tf.softmax(x),
  sigmoid: (tf, x) => tf.sigmoid(x),
};

/** The weighted sum of the outputs' losses, and the other values that are reported. */
function measure(
  tf: TensorFlow,
  { outputs }: Objective,
  scores: readonly Tensor[],
  { targets, weights }: BatchTensors,
): { loss: Tensor; parts: Tensor[]; summed: (number | null)[] } {
  const losses: Tensor[] = [];
  const metrics: Tensor[] = [];
  const perExample: (number | null)[] = [];
  outputs.forEach((output, i) => {
    const [score, target] = [scores[i] as Tensor, targets[i] as Tensor];
    const values = output.loss.values(tf, target, score);
    losses.push(tf.mean(weighted(tf, values, weights[i])));
    const { activation } = output.loss;
    const measured = {
      targets: target,
      kind: output.targets,
      scores: score,
      predictions: () => (activation ? activations[activation](tf, score) : score),
      losses: values,
    };
    for (const metric of output.metrics) {
      const numbers = metric.values(tf, measured);
      metrics.push(tf.sum(numbers));
      perExample.push(numbers.rank === 0 ? null : numbers.size / (numbers.shape[0] ?? 1));
    }
  });
  const terms = losses.map((loss, i) => {
    const weight = outputs[i]?.weight ?? 1;
    return weight === 1 ? loss : tf.mul(loss, weight);
  });
  const loss = terms.reduce((sum, term) => tf.add(sum, term));
  const apart = losses.length > 1 ? losses : [];
  return { loss, parts: [...apart, ...metrics], summed: [...apart.map(() => null), ...perExample] };
}

/** Losses of examples or places, times the examples' weights. */
function weighted(tf: TensorFlow, values: Tensor, weights: Tensor | undefined): Tensor {
  if (!weights) return values;
  if (values.rank === 0) {
    throw new CongruentError({
      code: "E_LOSS",
      what: "a loss gave one number for the whole batch, which sample weights cannot be applied to",
      expected: "a value for each example: a tensor of shape [batch, ...]",
      fix: "leave out the mean over the batch in the loss function, or train without weights",
    });
  }
  return tf.mul(values, tf.reshape(weights, [-1, ...values.shape.slice(1).map(() => 1)]));
}

function noGradient(name: string): CongruentError {
  return new CongruentError({
    code: "E_NO_GRADIENT",
    what: `the loss does not depend on the trainable weight "${name}"`,
    expected: "a loss that every trainable weight has an influence on",
    fix: "make the layer trainable: false, or use its output",
  });
}

/**
 * Means of what a pass over `size` examples reported, in double precision.
 *
 * @example
 * ```ts
 * reportMeans([0.5, 3], [null, 1], 4); // => [0.5, 0.75]
 * ```
 */
export function reportMeans(
  values: ArrayLike<number>,
  summed: readonly (number | null)[],
  size: number,
): number[] {
  return summed.map((each, i) => {
    const value = values[i] ?? Number.NaN;
    return each === null ? value : value / (each * size);
  });
}
