import type { EpochLog } from "@congruent/core";
import type { Engine } from "../engines/engine.js";

/** What is about to be trained; given once, before the first step. */
export interface TrainBegin {
  engine: Engine;
  epochs: number;
  steps: number;
  /** Examples trained on in each epoch. */
  examples: number;
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

/** Told what happens during a training; names as in Keras. Every method may be async and is awaited. */
export interface Callback {
  onTrainBegin?(begin: TrainBegin): void | Promise<void>;
  /** Called several times a second, not after every single step. */
  onBatchEnd?(log: BatchLog): void;
  onEpochEnd?(log: EpochLog, engine: Engine): void | Promise<void>;
  onTrainEnd?(logs: readonly EpochLog[], engine: Engine): void | Promise<void>;
}
