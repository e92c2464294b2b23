import type { Optimizer } from "../optimizers/optimizer.js";
import type { LayersModel, TensorFlow } from "../tensorflow.js";

/** What an engine is made of. */
export interface EngineOptions {
  tf: TensorFlow;
  model: LayersModel;
  optimizer: Optimizer;
  /** Sizes of the batches that will be trained on. */
  batchSizes: readonly number[];
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

/** One way to run training steps. The engine holds the weights; `sync` copies them into the model. */
export interface Engine {
  readonly name: "graph" | "eager";
  readonly model: LayersModel;
  /** Forward, backward and update. `batch.size` must be one of the sizes the engine was made for. */
  trainStep(batch: Batch): StepResult;
  /** Unscaled logits of inputs, float32 [size, classes], in inference mode. */
  logits(inputs: Float32Array, size: number): Float32Array;
  /** Sum of the layers' regularisation terms for the present weights. */
  penalty(): number;
  sync(): void;
  close(): void;
}
