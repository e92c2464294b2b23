import { setImmediate } from "node:timers/promises";
import { CongruentError } from "@congruent/core";
import type { EpochLog } from "@congruent/core/schemas";
import { permutation } from "@congruent/datasets";
import { fieldName } from "@congruent/run";
import type { Callback, TrainBegin } from "./callbacks/callback.js";
import { restoreCallbacks } from "./checkpoints/callback-states.js";
import type { FitPosition, NamedState } from "./checkpoints/checkpoint.js";
import type { Pause } from "./checkpoints/checkpointer.js";
import type { Engine } from "./engines/engine.js";

export interface FitOptions {
  engine: Engine;
  /** How many examples the engine trains on. */
  examples: number;
  /** Whether the validation examples are evaluated after every epoch. */
  validate: boolean;
  batchSize: number;
  epochs: number;
  /** Decides the order of the examples in every epoch. */
  seed: number;
  /** Whether the examples are put into a new order in every epoch. Default: true. */
  shuffle?: boolean;
  callbacks?: readonly Callback[];
  /** Whether this training resumes an interrupted one. */
  resumed?: boolean;
  /** The position at which that one was interrupted; the engine is restored to it already. Left out where it had no checkpoint yet. */
  from?: { position: FitPosition; callbacks: readonly NamedState[] };
  /** Called where the training can be interrupted and resumed. */
  pause?: Pause;
}

/** The result of a training. */
export interface Fitted {
  logs: EpochLog[];
  /** Set where a callback has ended it. */
  stopped: FitPosition["stopped"];
}

/** After so many milliseconds the loop lets the process do other things: timers, signals, checkpoints. */
const YIELD_INTERVAL_MS = 100;

/**
 * The training loop: every epoch visits all examples once, in a new order that the seed decides. The last
 * batch is smaller where the batch size does not divide the number of examples.
 *
 * @returns one log per epoch.
 * @throws CongruentError `E_LOSS_NOT_FINITE` naming epoch and step, or the epoch's validation, also for a metric;
 * `E_BATCH_SIZE` for a batch larger than the set.
 */
export async function fit(options: FitOptions): Promise<Fitted> {
  const { engine, examples, validate, batchSize, epochs, seed, shuffle = true, callbacks = [] } = options;
  const { from, pause } = options;
  const { names } = engine.objective;
  refuseBatchLargerThanSet(batchSize, examples);
  const steps = Math.ceil(examples / batchSize);
  const logs: EpochLog[] = [...(from?.position.logs ?? [])];
  let stopped = from?.position.stopped ?? null;
  let epoch = from?.position.epoch ?? 1;
  // Progress within the current epoch.
  let { step: taken, sums, seconds: earlier } = from?.position ?? NOTHING;

  const begin: TrainBegin = {
    engine,
    epochs,
    steps,
    examples,
    logged: loggedFields(engine, validate),
    resumed: options.resumed ?? from !== undefined,
    finished: [...logs],
    stopTraining: (reason) => {
      stopped ??= { epoch, reason };
    },
  };
  for (const callback of callbacks) await callback.onTrainBegin?.(begin);
  if (from) restoreCallbacks(callbacks, from.callbacks);

  for (; epoch <= epochs && !stopped; epoch++) {
    const began = performance.now() - earlier * 1000;
    const elapsed = () => (performance.now() - began) / 1000;
    if (taken === 0) for (const callback of callbacks) await callback.onEpochBegin?.(epoch);
    const order = shuffle ? new Int32Array(permutation(epochSeed(seed, epoch), examples)) : inOrder(examples);
    let lastYield = performance.now();
    for (let step = taken + 1; step <= steps; step++) {
      const positions = order.subarray((step - 1) * batchSize, step * batchSize);
      const report = engine.trainStep(positions);
      refuseNotFinite(report, options, `epoch ${epoch}, step ${step}`);
      sums = report.map((mean, i) => (sums[i] ?? 0) + mean * positions.length);
      const seen = Math.min(step * batchSize, examples);
      const soFar = () => ({ ...meansOf(names, sums, seen), epoch, step, examples: seen });
      for (const c of callbacks) {
        if (c.everySteps && ((epoch - 1) * steps + step) % c.everySteps === 0)
          await c.onSteps?.(soFar(), engine);
      }
      if (step === steps || performance.now() - lastYield > YIELD_INTERVAL_MS) {
        for (const c of callbacks) c.onBatchEnd?.(soFar());
        await setImmediate();
        await pause?.("step", () => ({ epoch, step, sums, seconds: elapsed(), logs, stopped }));
        lastYield = performance.now();
      }
    }
    const evaluated = validate ? engine.evaluate() : [];
    refuseNotFinite(evaluated, options, `the validation of epoch ${epoch}`);
    const validation = named(validate ? validationNames(engine) : [], evaluated);
    const seconds = elapsed();
    const log: EpochLog = {
      epoch,
      steps,
      seconds,
      examplesPerSecond: examples / seconds,
      ...meansOf(names, sums, examples),
      learningRate: engine.optimizer.learningRateAt(engine.step),
      ...validation,
    };
    logs.push(log);
    for (const callback of callbacks) await callback.onEpochEnd?.(log, engine);
    ({ step: taken, sums, seconds: earlier } = NOTHING);
    const next = { ...NOTHING, epoch: epoch + 1, logs, stopped };
    await pause?.("epoch", () => next);
  }
  engine.sync();
  for (const callback of callbacks) await callback.onTrainEnd?.(logs, engine);
  return { logs, stopped };
}

/** The progress of an epoch that has not begun. */
const NOTHING: Pick<FitPosition, "step" | "sums" | "seconds"> = { step: 0, sums: [], seconds: 0 };

/** The fields of every epoch's log that can be monitored. */
export function loggedFields(engine: Engine, validate: boolean): string[] {
  return [...engine.objective.names, "learningRate", ...(validate ? validationNames(engine) : [])];
}

function validationNames(engine: Engine): string[] {
  return engine.objective.names.map((name) => fieldName("val", name));
}

function meansOf(
  names: readonly string[],
  sums: readonly number[],
  examples: number,
): Record<string, number> & { loss: number } {
  const means = named(
    names,
    sums.map((sum) => sum / examples),
  );
  return { ...means, loss: means.loss as number };
}

/** Numbers by their names. */
function named(names: readonly string[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(names.map((name, i) => [name, values[i] as number]));
}

function inOrder(examples: number): Int32Array {
  return Int32Array.from({ length: examples }, (_, i) => i);
}

/** The seed of an epoch's order: each epoch can be repeated without the epochs before it. */
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

/** JSON has no such numbers: a log or a checkpoint with one could not be read again. */
function refuseNotFinite(report: readonly number[], { engine, pause }: FitOptions, when: string): void {
  const at = report.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const name = engine.objective.names[at];
  const what = name === "loss" ? "loss" : `value "${name}"`;
  throw new CongruentError({
    code: "E_LOSS_NOT_FINITE",
    what: `the ${what} became ${report[at]} in ${when}`,
    expected: `a finite ${what}`,
    fix: `use a smaller learning rate${pause ? "; the last good checkpoint is kept" : ""}`,
  });
}
