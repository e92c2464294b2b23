import type { EpochLog } from "@congruent/core/schemas";
import type { Engine } from "../engines/engine.js";

/** The training that begins; given once, before the first step. */
export interface TrainBegin {
  engine: Engine;
  epochs: number;
  steps: number;
  /** Examples trained on in each epoch. */
  examples: number;
  /** The fields that every epoch's log will have: what can be monitored. */
  logged: readonly string[];
  /** Whether this training resumes an interrupted one. */
  resumed: boolean;
  /** Logs of the epochs that it had finished. */
  finished: readonly EpochLog[];
  /** Ends the training after the present epoch, as Keras' `model.stop_training = True`. */
  stopTraining(reason: string): void;
}

/** Means over the epoch so far. */
export interface BatchLog {
  epoch: number;
  /** Counts from 1. */
  step: number;
  loss: number;
  accuracy?: number;
  /** Examples seen in this epoch. */
  examples: number;
  /** Every metric, by its name. */
  [metric: string]: number | undefined;
}

/** The state of a callback as plain data. It is saved in checkpoints. */
export interface CallbackState {
  values: Record<string, number | string | boolean | null>;
  /** Weights, in the order of `model.weights`; null for none. */
  weights: readonly Float32Array[] | null;
}

/**
 * Its methods are called during a training; their names are those of Keras. Each may be async and is awaited. An object with
 * one of these functions is what Keras calls a LambdaCallback:
 *
 * @example
 * ```ts
 * const epochs = [];
 * const callback = { onEpochEnd: (log) => void epochs.push(log.epoch) };
 * callback.onEpochEnd({ epoch: 3 });
 * epochs; // => [3]
 * ```
 */
export interface Callback {
  /** Identifies its state in a checkpoint. Required for a callback with a state. */
  name?: string;
  onTrainBegin?(begin: TrainBegin): void | Promise<void>;
  onEpochBegin?(epoch: number): void | Promise<void>;
  /** Called several times a second, not after every single step. */
  onBatchEnd?(log: BatchLog): void;
  /** After how many steps `onSteps` is called again and again, counted from the training's first one over all epochs. */
  everySteps?: number;
  /** Called after each `everySteps`-th step, before the training goes on. */
  onSteps?(log: BatchLog, engine: Engine): void | Promise<void>;
  onEpochEnd?(log: EpochLog, engine: Engine): void | Promise<void>;
  onTrainEnd?(logs: readonly EpochLog[], engine: Engine): void | Promise<void>;
  /** Its whole state, for a checkpoint; `restore` takes it back and is called after `onTrainBegin`. */
  state?(): CallbackState;
  restore?(state: CallbackState): void;
}

/** The names of a callback's methods. */
export const callbackMethods = [
  "onTrainBegin",
  "onEpochBegin",
  "onBatchEnd",
  "onSteps",
  "onEpochEnd",
  "onTrainEnd",
  "state",
  "restore",
] as const satisfies readonly (keyof Callback)[];
