import type { Augmentation } from "../augment/augmentation.js";
import type { Column, Examples } from "../examples/examples.js";
import type { Kernels } from "../graph/own-kernels.js";
import { TrainableModel } from "../model/trainable-model.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { Objective } from "../step/objective.js";
import type { LayersModel, TensorFlow } from "../tensorflow.js";
import type { Precision } from "./refuse-precision.js";

/** The options of `createEngine`. */
export interface EngineOptions {
  tf: TensorFlow;
  model: LayersModel;
  objective: Objective;
  optimizer: Optimizer;
  /** The training examples; null for an engine that only evaluates. */
  train: Examples | null;
  /** The validation examples: evaluated, not trained on. null for an engine without validation. */
  validation: Examples | null;
  /** Sizes of the batches that will be trained on. */
  batchSizes: readonly number[];
  /** What happens to the inputs of a training step before the model sees them. */
  augment?: Augmentation | undefined;
  /** Of the training step. Default: "float32". Evaluation, prediction and export are always float32. */
  precision?: Precision | undefined;
  /**
   * How many parts of a training batch are computed side by side. Default: 1. Only for models that treat each
   * example independently.
   */
  batchParts?: number | undefined;
  /**
   * Whose kernels the graph engine computes convolutions and average pooling with, in float32 on the CPU. Default: what `kernelsOf` says of this
   * processor.
   */
  kernels?: Kernels | undefined;
  /** Where TensorFlow runs. Default: "cpu". */
  device?: "cpu" | "gpu" | undefined;
  /** Together with the step it decides all random numbers, such as dropout masks. */
  seed: number;
  /**
   * A folder for the graph engine's training step as a SavedModel, with which other programs can train or profile; with
   * `kernels: "own"` they must load the toolchain's `operatorsLibrary`. Default: not written.
   */
  graphDirectory?: string | undefined;
}

/** The same with the model and TensorFlow as one value. */
export type EngineParts = Omit<EngineOptions, "tf" | "model"> & { model: TrainableModel };

export function enginePartsOf({ tf, model, ...rest }: EngineOptions): EngineParts {
  return { ...rest, model: new TrainableModel(tf, model) };
}

/** One number for each of the objective's `names`: means over the examples. */
export type Report = readonly number[];

/** A float32 tensor as plain data. */
export interface StateTensor {
  /** `weight.I` for the model's weight I, `SLOT.I` for a slot of its trainable weight I. */
  name: string;
  shape: number[];
  data: Float32Array;
}

/** The whole state of an engine, as it is saved in a checkpoint. */
export interface EngineState {
  /** Training steps taken. */
  step: number;
  /** Of the next step. */
  learningRate: number;
  tensors: StateTensor[];
}

/**
 * One way to run training steps. The engine owns the weights; `sync` copies them into the model. Where the
 * optimizer averages the weights, evaluation, prediction, `weights` and `sync` use the averages.
 */
export interface Engine {
  readonly name: "graph" | "eager";
  readonly model: LayersModel;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  /** Training steps taken. */
  readonly step: number;
  /**
   * Forward, backward and update for the training examples at these positions, whose number must be one of the
   * `batchSizes` of the engine. The report is computed before the update.
   */
  trainStep(positions: Int32Array): Report;
  /** Evaluates the validation examples in inference mode; the loss has the layers' regularization terms in it, as in Keras. */
  evaluate(): Report;
  /** The model's outputs in inference mode, one array float32 [size, ...] for each. */
  predict(inputs: readonly Column[], size: number): Float32Array[];
  /** Replaces the examples by others of the same shapes and dtypes. */
  load(examples: { train?: Examples; validation?: Examples }): void;
  sync(): void;
  state(): EngineState;
  /** Takes over the state of another engine of the same model and optimizer; shapes must be equal. */
  restore(state: EngineState): void;
  /** The weights that evaluation uses, in the order of `model.weights`. */
  weights(): Float32Array[];
  /** Replaces the weights, and their averages. */
  setWeights(weights: readonly Float32Array[]): void;
  close(): void;
}
