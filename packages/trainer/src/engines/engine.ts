import type { Augmentation } from "../augment/augmentation.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { LayersModel, TensorFlow } from "../tensorflow.js";

/** What an engine is made of. */
export interface EngineOptions {
  tf: TensorFlow;
  model: LayersModel;
  optimizer: Optimizer;
  /** Sizes of the batches that will be trained on. */
  batchSizes: readonly number[];
  /** What happens to the inputs of a training step before the model sees them. */
  augment?: Augmentation | undefined;
  /** What dropout and other layers draw random numbers from; with the step it decides every mask. */
  seed: number;
}

/** A batch as plain arrays: inputs float32 [size, ...inputShape] in row-major order, labels int32 [size]. */
export interface Batch {
  size: number;
  inputs: Float32Array;
  labels: Int32Array;
}

/** What one training step reports; losses are means over the batch, taken before the update. */
export interface StepResult {
  loss: number;
  crossEntropy: number;
  correct: number;
}

/** A float32 tensor as plain data. */
export interface StateTensor {
  /** `weight.I` for the model's weight I, `SLOT.I` for a slot of its trainable weight I. */
  name: string;
  shape: number[];
  data: Float32Array;
}

/** All that decides what an engine does next: what goes into a checkpoint. */
export interface EngineState {
  /** Training steps taken. */
  step: number;
  /** Of the next step. */
  learningRate: number;
  tensors: StateTensor[];
}

/**
 * One way to run training steps. The engine holds the weights; `sync` copies them into the model. Where the
 * optimizer averages the weights, evaluation, `weights` and `sync` are about the averages.
 */
export interface Engine {
  readonly name: "graph" | "eager";
  readonly model: LayersModel;
  readonly optimizer: Optimizer;
  /** Training steps taken. */
  readonly step: number;
  /** Forward, backward and update. `batch.size` must be one of the sizes the engine was made for. */
  trainStep(batch: Batch): StepResult;
  /** Unscaled logits of inputs, float32 [size, classes], in inference mode. */
  logits(inputs: Float32Array, size: number): Float32Array;
  /** Sum of the layers' regularisation terms for the present weights. */
  penalty(): number;
  sync(): void;
  state(): EngineState;
  /** Goes on where another engine of the same model and optimizer stood; shapes must be equal. */
  restore(state: EngineState): void;
  /** The weights that are evaluated, in the order of `model.weights`. */
  weights(): Float32Array[];
  /** Replaces the weights, and their averages. */
  setWeights(weights: readonly Float32Array[]): void;
  close(): void;
}
