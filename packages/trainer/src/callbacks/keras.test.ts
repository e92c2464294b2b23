/** @needs export tensorflow */

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { callbackSchema, type EpochLog } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { askOracle } from "@congruent/toolchain/testing";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { mersenne } from "pure-rand/generator/mersenne";
import type { Engine } from "../engines/engine.js";
import { fit } from "../fit.js";
import { optimizerOf } from "../optimizers/optimizer-of.js";
import type { Callback, TrainBegin } from "./callback.js";
import { callbackOf } from "./index.js";
import { modelCheckpoint } from "./model-checkpoint.js";
import { monitor } from "./monitor.js";
import { loadWeights } from "./weights-file.js";

jest.setTimeout(timeLimits.training);

const script = fileURLToPath(new URL("../../oracle/keras_callbacks.py", import.meta.url));
const SERIES = 400;

interface Case {
  callback: string;
  arguments: Record<string, unknown>;
  learning_rate: number;
  values: number[];
}
interface Decisions {
  stopped: number | null;
  restored: number | null;
  learning_rates: number[];
}

const generator = mersenne(11);
const uniform = () => (generator.next() >>> 0) / 2 ** 32;
const below = (n: number) => (generator.next() >>> 0) % n;
const one = <T>(...of: T[]) => of[below(of.length)] as T;

/** Falls, then wanders; a coarse grid makes equal values and differences of exactly minDelta frequent. */
function series(): number[] {
  const grid = one(0.05, 0.01, 0);
  let value = 1 + uniform();
  return Array.from({ length: 5 + below(30) }, () => {
    value += (uniform() - 0.55) * 0.2;
    return grid === 0 ? value : Math.round(value / grid) * grid;
  });
}

const cases: Case[] = Array.from({ length: SERIES }, (_, i) => {
  const common = {
    monitor: "val_loss",
    mode: one("auto", "min", "max"),
    min_delta: one(0, 0.01, 0.05, -0.05),
    patience: below(6),
  };
  const stopping = {
    ...common,
    restore_best_weights: one(true, false),
    start_from_epoch: one(0, 0, 3),
    ...one({}, { baseline: 1.2 }),
  };
  const reducing = {
    ...common,
    factor: one(0.1, 0.5, 0.9),
    cooldown: below(4),
    min_lr: one(0, 1e-3, 5e-3),
  };
  return {
    callback: i % 2 === 0 ? "EarlyStopping" : "ReduceLROnPlateau",
    arguments: i % 2 === 0 ? stopping : reducing,
    learning_rate: 0.01,
    values: series(),
  };
});

/** For ModelCheckpoint, whose models are written. */
const saving: Case[] = Array.from({ length: 6 }, (_, i) => ({
  callback: "ModelCheckpoint",
  arguments: {
    monitor: "val_loss",
    save_best_only: i > 0,
    mode: ["auto", "min", "max"][i % 3],
    ...(i > 3 ? { initial_value_threshold: 0.95 } : {}),
  },
  learning_rate: 0.01,
  values: series().slice(0, 8),
}));

/** For ModelCheckpoint with a number as `save_freq`: the losses of single steps, five in an epoch. */
const BATCHES = 5;
const losses = Array.from({ length: 4 * BATCHES }, () => 1 + uniform());
/** As fit logs them: the mean of the epoch so far. */
const means = losses.map((_, i) => {
  const seen = losses.slice(i - (i % BATCHES), i + 1);
  return seen.reduce((sum, loss) => sum + loss, 0) / seen.length;
});
const savingWithin = [1, 3, 5, 7].flatMap((save_freq) =>
  [false, true].map((save_best_only) => ({
    callback: "ModelCheckpoint",
    arguments: { monitor: "loss", save_freq, save_best_only },
    learning_rate: 0.01,
    values: means,
    batches: BATCHES,
  })),
);

/** One Python for all: starting Keras takes the longest. */
let keras: (Decisions & { saved: number[] | [number, number][] })[];
beforeAll(async () => {
  const stdout = await askOracle({
    environment: "export",
    script,
    input: JSON.stringify([...cases, ...saving, ...savingWithin]),
    timeoutMs: 170_000,
  });
  keras = JSON.parse(stdout) as typeof keras;
}, 600_000);

const names: Record<string, string> = {
  EarlyStopping: "earlyStopping",
  ReduceLROnPlateau: "reduceLROnPlateau",
};
const logOf = (epoch: number, valLoss: number) => ({ epoch, valLoss }) as EpochLog;

/** What our callback decides, its state being saved and given to a new one after every epoch if `forgetful`. */
function decide(c: Case, forgetful: boolean): Decisions {
  const config = callbackSchema.parse({
    name: names[c.callback],
    ...Object.fromEntries(
      Object.entries(c.arguments).map(([key, value]) => [
        key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
        value,
      ]),
    ),
  });
  const optimizer = optimizerOf({ name: "sgd", learningRate: c.learning_rate, momentum: 0, nesterov: false });
  const decisions: Decisions = { stopped: null, restored: null, learning_rates: [] };
  let epoch = 0;
  const engine = {
    optimizer,
    step: 0,
    weights: () => [Float32Array.of(epoch)],
    setWeights: ([weights]: Float32Array[]) => {
      decisions.restored = weights?.[0] ?? null;
    },
    sync: () => undefined,
  } as unknown as Engine;
  const begun = (): Callback => {
    const callback = callbackOf(config);
    callback.onTrainBegin?.({
      engine,
      epochs: c.values.length,
      steps: 1,
      examples: 1,
      logged: ["valLoss"],
      finished: [],
      resumed: false,
      stopTraining: () => {
        decisions.stopped = epoch;
      },
    });
    return callback;
  };
  let callback = begun();
  for (const value of c.values) {
    epoch += 1;
    callback.onEpochEnd?.(logOf(epoch, value), engine);
    decisions.learning_rates.push(optimizer.learningRateAt(1));
    if (decisions.stopped !== null) break;
    if (forgetful) {
      const state = JSON.parse(JSON.stringify(callback.state?.().values));
      const weights = callback.state?.().weights ?? null;
      callback = begun();
      callback.restore?.({ values: state, weights });
    }
  }
  callback.onTrainEnd?.([], engine);
  return decisions;
}

describe(`callbacks and Keras' own, fed the same ${SERIES} random series`, () => {
  it.each([false, true])("decide alike, epoch by epoch; interrupted after every epoch: %s", (forgetful) => {
    cases.forEach((c, i) => {
      const ours = decide(c, forgetful);
      const { stopped, restored, learning_rates } = keras[i] as Decisions;
      expect({ ...c, ...ours, learning_rates: [] }).toEqual({ ...c, stopped, restored, learning_rates: [] });
      // Rates are float32 in Keras, and so are ours once they have been reduced.
      expect(ours.learning_rates.map(Math.fround)).toEqual(learning_rates);
    });
  });

  it("were put to the test: many series stop, restore and reduce", () => {
    const decided = keras.slice(0, SERIES);
    expect(decided.filter(({ stopped }) => stopped !== null).length).toBeGreaterThan(50);
    expect(decided.filter(({ restored }) => restored !== null).length).toBeGreaterThan(50);
    expect(decided.filter(({ learning_rates: r }) => r.at(-1) !== r[0]).length).toBeGreaterThan(50);
  });
});

describe("modelCheckpoint and Keras' ModelCheckpoint, fed the same series", () => {
  it("save the same epochs", async () => {
    const tf = await loadTensorFlow({ device: "cpu" });
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
    const engine = { model, sync: () => undefined } as unknown as Engine;
    const folder = await mkdtemp(join(tmpdir(), "congruent-saved-"));
    const ours: number[][] = [];
    for (const [i, { arguments: given, values }] of saving.entries()) {
      const callback = modelCheckpoint({
        filepath: join(folder, String(i), "{epoch:02d}"),
        monitor: given.monitor as string,
        saveBestOnly: given.save_best_only as boolean,
        mode: given.mode as "auto",
        ...(given.initial_value_threshold !== undefined && { initialValueThreshold: 0.95 }),
      });
      await callback.onTrainBegin?.({ logged: ["valLoss"] } as unknown as TrainBegin);
      for (const [epoch, value] of values.entries())
        await callback.onEpochEnd?.(logOf(epoch + 1, value), engine);
      const saved = await readdir(join(folder, String(i))).catch(() => []);
      ours.push(saved.sort().map(Number));
    }
    const theirs = keras.slice(SERIES, SERIES + saving.length).map(({ saved }) => saved);
    expect(ours).toEqual(theirs);
    expect(theirs.flat().length).toBeGreaterThan(8);
    await rm(folder, { recursive: true });
  });

  it("save after the same steps, counted over epochs; of the model or of its weights alone", async () => {
    const tf = await loadTensorFlow({ device: "cpu" });
    const build = () => tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [3] })] });
    const model = build();
    const folder = await mkdtemp(join(tmpdir(), "congruent-saved-"));
    for (const [i, { arguments: given }] of savingWithin.entries()) {
      const saveWeightsOnly = i % 4 > 1;
      let step = 0;
      const engine = {
        model,
        objective: { names: ["loss"] },
        optimizer: { learningRateAt: () => 0.01 },
        sync: () => undefined,
        trainStep: () => [losses[step++]],
      } as unknown as Engine;
      const callback = modelCheckpoint({
        filepath: join(folder, String(i), `{epoch}-{batch}${saveWeightsOnly ? ".safetensors" : ""}`),
        saveFreq: given.save_freq,
        saveBestOnly: given.save_best_only,
        saveWeightsOnly,
      });
      const epochs = losses.length / BATCHES;
      await fit({
        engine,
        examples: BATCHES,
        batchSize: 1,
        validate: false,
        epochs,
        seed: 1,
        callbacks: [callback],
      });
      const saved = (await readdir(join(folder, String(i)))).map((name) => name.replace(".safetensors", ""));
      const theirs = keras[SERIES + saving.length + i]?.saved.map((at) => (at as [number, number]).join("-"));
      expect(saved.sort()).toEqual(theirs?.sort());
      expect(saved).not.toEqual([]);
    }

    // The weights come back into another model of this kind, and into no other kind.
    const path = join(folder, "2", "1-3.safetensors");
    const other = build();
    await loadWeights(tf, other, path);
    const values = (of: typeof model) => of.getWeights().map((weight) => [...weight.dataSync()]);
    expect(values(other)).toEqual(values(model));
    const wider = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [4] })] });
    await expect(loadWeights(tf, wider, path)).rejects.toMatchObject({ code: "E_WEIGHTS_SHAPE" });
    await rm(folder, { recursive: true });
  });

  it("refuse what says nothing", async () => {
    for (const saveFreq of [0, -1, 1.5, Number.NaN]) {
      expect(() => modelCheckpoint({ filepath: "x", saveFreq })).toThrow(
        expect.objectContaining({ code: "E_SAVE_FREQ" }),
      );
    }
    expect(() => modelCheckpoint({ filepath: "x", saveWeightsOnly: true })).toThrow(
      expect.objectContaining({ code: "E_WEIGHTS_FILE" }),
    );
    const callback = modelCheckpoint({ filepath: "x", saveFreq: 2, saveBestOnly: true, monitor: "valLoss" });
    expect(() => callback.onTrainBegin?.({ logged: ["loss", "valLoss"] } as unknown as TrainBegin)).toThrow(
      expect.objectContaining({ code: "E_MONITOR" }),
    );
  });
});

describe("what is monitored", () => {
  it("must be logged, and the direction known", () => {
    expect(() => monitor("valLos", "auto", 0, ["loss", "valLoss"])).toThrow(
      expect.objectContaining({ code: "E_MONITOR", fix: 'monitor "valLoss"' }),
    );
    expect(() => monitor("seconds", "auto", 0, ["seconds"])).toThrow(
      expect.objectContaining({ code: "E_MONITOR_MODE" }),
    );
    expect(monitor("val_accuracy", "auto", 0, ["valAccuracy"]).improves(0.9, 0.8)).toBe(true);
  });

  it("does not go with a schedule where the learning rate is to be reduced", () => {
    const callback = callbackOf(callbackSchema.parse({ name: "reduceLROnPlateau" }));
    const optimizer = optimizerOf(
      { name: "sgd", learningRate: 1, momentum: 0, nesterov: false },
      (step) => 1 / (step + 1),
    );
    expect(() =>
      callback.onTrainBegin?.({
        engine: { optimizer, step: 0 } as Engine,
        epochs: 1,
        steps: 1,
        examples: 1,
        logged: ["valLoss"],
        finished: [],
        resumed: false,
        stopTraining: () => undefined,
      }),
    ).toThrow(expect.objectContaining({ code: "E_SCHEDULE" }));
  });
});
