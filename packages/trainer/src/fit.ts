import { setImmediate } from "node:timers/promises";
import { CongruentError, type EpochLog } from "@congruent/core";
import { permutation } from "@congruent/datasets";
import type { Callback } from "./callbacks/callback.js";
import type { Engine } from "./engines/engine.js";
import { joined } from "./objective.js";

export interface FitOptions {
  engine: Engine;
  /** How many examples the engine trains on. */
  examples: number;
  /** Whether the examples held out are evaluated after every epoch. */
  validate: boolean;
  batchSize: number;
  epochs: number;
  /** Decides the order of the examples in every epoch. */
  seed: number;
  /** Whether the examples are put into a new order in every epoch; true unless given. */
  shuffle?: boolean;
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
  const { engine, examples, validate, batchSize, epochs, seed, shuffle = true, callbacks = [] } = options;
  const { names } = engine.objective;
  refuseBatchLargerThanSet(batchSize, examples);
  const steps = Math.ceil(examples / batchSize);
  for (const callback of callbacks) await callback.onTrainBegin?.({ engine, epochs, steps, examples });

  const logs: EpochLog[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const begin = performance.now();
    const order = shuffle ? new Int32Array(permutation(epochSeed(seed, epoch), examples)) : inOrder(examples);
    const sums = names.map(() => 0);
    let seen = 0;
    let lastBreath = begin;
    for (let step = 1; step <= steps; step++) {
      const positions = order.subarray((step - 1) * batchSize, step * batchSize);
      const report = engine.trainStep(positions);
      const loss = report[0] as number;
      if (!Number.isFinite(loss)) throw notFinite(loss, epoch, step);
      report.forEach((mean, i) => {
        sums[i] = (sums[i] as number) + mean * positions.length;
      });
      seen += positions.length;
      if (step === steps || performance.now() - lastBreath > BREATH) {
        const means = named(
          names,
          sums.map((sum) => sum / seen),
        );
        for (const c of callbacks)
          c.onBatchEnd?.({ ...means, loss: means.loss as number, epoch, step, examples: seen });
        await setImmediate();
        lastBreath = performance.now();
      }
    }
    const held = validate
      ? named(
          names.map((name) => joined("val", name)),
          engine.evaluate(),
        )
      : {};
    const seconds = (performance.now() - begin) / 1000;
    const means = named(
      names,
      sums.map((sum) => sum / examples),
    );
    const log: EpochLog = {
      epoch,
      steps,
      seconds,
      examplesPerSecond: examples / seconds,
      ...means,
      loss: means.loss as number,
      ...held,
    };
    logs.push(log);
    for (const callback of callbacks) await callback.onEpochEnd?.(log, engine);
  }
  engine.sync();
  for (const callback of callbacks) await callback.onTrainEnd?.(logs, engine);
  return logs;
}

/** Numbers by their names. */
function named(names: readonly string[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(names.map((name, i) => [name, values[i] as number]));
}

function inOrder(examples: number): Int32Array {
  return Int32Array.from({ length: examples }, (_, i) => i);
}

/** Every epoch's order comes from a seed of its own, so that an epoch can be repeated without those before it. */
function epochSeed(seed: number, epoch: number): number {
  return (seed + Math.imul(epoch, 0x9e3779b1)) | 0;
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
