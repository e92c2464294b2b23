import { setImmediate } from "node:timers/promises";
import { CongruentError, type EpochLog } from "@congruent/core";
import { permutation, type Split } from "@congruent/datasets";
import { gather, slice } from "./batches.js";
import type { Callback } from "./callbacks/callback.js";
import type { Engine } from "./engines/engine.js";
import { evaluateLogits } from "./evaluate-logits.js";

export interface FitOptions {
  engine: Engine;
  train: Split;
  /** null trains without validation. */
  validation: Split | null;
  batchSize: number;
  epochs: number;
  /** Decides the order of the examples in every epoch. */
  seed: number;
  callbacks?: readonly Callback[];
}

/** How long the loop may keep the process from doing anything else, in milliseconds. */
const BREATH = 100;

/**
 * The training loop: every epoch visits all examples once, in a new order that the seed decides, the last batch
 * being smaller where they do not divide.
 *
 * @returns one log per epoch.
 * @throws CongruentError `E_LOSS_NOT_FINITE` naming epoch and step; `E_BATCH_SIZE` for a batch larger than the set.
 */
export async function fit(options: FitOptions): Promise<EpochLog[]> {
  const { engine, train, validation, batchSize, epochs, seed, callbacks = [] } = options;
  const examples = train.labels.length;
  refuseBatchLargerThanSet(batchSize, examples);
  const steps = Math.ceil(examples / batchSize);
  for (const callback of callbacks) await callback.onTrainBegin?.({ engine, epochs, steps, examples });

  const logs: EpochLog[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const begin = performance.now();
    const order = permutation(epochSeed(seed, epoch), examples);
    const totals = { loss: 0, crossEntropy: 0, correct: 0, examples: 0 };
    let lastBreath = begin;
    for (let step = 1; step <= steps; step++) {
      const batch = gather(train, order.subarray((step - 1) * batchSize, step * batchSize));
      const result = engine.trainStep(batch);
      if (!Number.isFinite(result.loss)) throw notFinite(result.loss, epoch, step);
      totals.loss += result.loss * batch.size;
      totals.crossEntropy += result.crossEntropy * batch.size;
      totals.correct += result.correct;
      totals.examples += batch.size;
      if (step === steps || performance.now() - lastBreath > BREATH) {
        const [loss, accuracy] = [totals.loss / totals.examples, totals.correct / totals.examples];
        for (const c of callbacks) c.onBatchEnd?.({ epoch, step, loss, accuracy, examples: totals.examples });
        await setImmediate();
        lastBreath = performance.now();
      }
    }
    const held = validation && validation.labels.length > 0 ? evaluateSplit(engine, validation) : null;
    const seconds = (performance.now() - begin) / 1000;
    const log: EpochLog = {
      epoch,
      steps,
      seconds,
      examplesPerSecond: examples / seconds,
      loss: totals.loss / examples,
      crossEntropy: totals.crossEntropy / examples,
      accuracy: totals.correct / examples,
      ...(held && {
        valLoss: held.crossEntropy + engine.penalty(),
        valCrossEntropy: held.crossEntropy,
        valAccuracy: held.accuracy,
      }),
    };
    logs.push(log);
    for (const callback of callbacks) await callback.onEpochEnd?.(log, engine);
  }
  engine.sync();
  for (const callback of callbacks) await callback.onTrainEnd?.(logs, engine);
  return logs;
}

/** Every epoch's order comes from a seed of its own, so that an epoch can be repeated without those before it. */
function epochSeed(seed: number, epoch: number): number {
  return (seed + Math.imul(epoch, 0x9e3779b1)) | 0;
}

const EVALUATION_BATCH = 1000;

function evaluateSplit(engine: Engine, split: Split): { crossEntropy: number; accuracy: number } {
  const total = split.labels.length;
  let [entropy, correct] = [0, 0];
  for (let begin = 0; begin < total; begin += EVALUATION_BATCH) {
    const batch = slice(split, begin, Math.min(begin + EVALUATION_BATCH, total));
    const part = evaluateLogits(engine.logits(batch.inputs, batch.size), batch.labels);
    entropy += part.crossEntropy * batch.size;
    correct += part.correct;
  }
  return { crossEntropy: entropy / total, accuracy: correct / total };
}

/** @throws CongruentError `E_BATCH_SIZE` */
export function refuseBatchLargerThanSet(batchSize: number, examples: number): void {
  if (batchSize <= examples) return;
  throw new CongruentError({
    code: "E_BATCH_SIZE",
    what: `the batch size ${batchSize} is larger than the training set of ${examples} examples`,
    fix: "use a smaller batchSize or a larger training set",
  });
}

function notFinite(loss: number, epoch: number, step: number): CongruentError {
  return new CongruentError({
    code: "E_LOSS_NOT_FINITE",
    what: `the loss became ${loss} in epoch ${epoch}, step ${step}`,
    expected: "a finite loss",
    fix: "use a smaller learning rate; where an epoch was finished, its checkpoint is kept",
  });
}
