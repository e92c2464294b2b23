/** @needs tensorflow */

import type { EpochLog } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { engineNames } from "../engines/index.js";
import type { MetricConfig } from "../step/objective.js";
import type { LayersModel, Tensor, TensorFlow } from "../tensorflow.js";
import { type CompileOptions, compile } from "./compile.js";

jest.setTimeout(timeLimits.training);

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

function classifier(): LayersModel {
  const kernelInitializer = (seed: number) => tf.initializers.glorotUniform({ seed });
  return tf.sequential({
    layers: [
      tf.layers.dense({
        inputShape: [3],
        units: 8,
        activation: "tanh",
        kernelInitializer: kernelInitializer(1),
      }),
      tf.layers.dropout({ rate: 0.2 }),
      tf.layers.dense({
        name: "kind",
        units: 4,
        activation: "softmax",
        kernelInitializer: kernelInitializer(2),
      }),
    ],
  });
}
const sparse: CompileOptions = {
  optimizer: "adam",
  loss: "sparseCategoricalCrossentropy",
  metrics: ["accuracy"],
};
const COUNT = 40;
const numbers = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * i));
const x = () => tf.tensor(numbers(COUNT * 3), [COUNT, 3]);
const y = () => Int32Array.from({ length: COUNT }, (_, i) => i % 4);
const weights = (model: LayersModel) => model.getWeights().map((weight) => [...weight.dataSync()]);
const refusal = (code: string, what: RegExp) =>
  expect.objectContaining({ code, exit: 2, what: expect.stringMatching(what) });

describe("a compiled model", () => {
  it("takes tensors, typed arrays and nested lists alike, and repeats a training bit by bit", async () => {
    const nested = x().arraySync() as number[][];
    const results = [];
    for (const given of [x(), numbers(COUNT * 3), nested]) {
      const compiled = compile(tf, classifier(), sparse);
      await compiled.fit(given, [...y()], { epochs: 2, seed: 7 });
      results.push(weights(compiled.model));
      compiled.close();
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    const other = compile(tf, classifier(), sparse);
    await other.fit(x(), y(), { epochs: 2, seed: 8 });
    expect(weights(other.model)).not.toEqual(results[0]);
    other.close();
  });

  it("continues where a training ended: 1 + 2 epochs with one seed are not 3 new ones, but the slots are kept", async () => {
    const run = async (...epochs: number[]) => {
      const compiled = compile(tf, classifier(), sparse);
      const losses = [];
      for (const n of epochs) {
        const { history } = await compiled.fit(x(), y(), { epochs: n, shuffle: false, batchSize: COUNT });
        losses.push(...(history.loss as number[]));
      }
      compiled.close();
      return losses;
    };
    // In order and in one batch an epoch knows nothing of its number: weights, slots and the step decide.
    expect(await run(1, 2)).toEqual(await run(3));
  });

  it("follows its schedule from the start in every training: Keras' CosineDecay over that training's steps", async () => {
    const compiled = compile(tf, classifier(), { ...sparse, schedule: { name: "cosine" } });
    const options = { epochs: 4, batchSize: COUNT };
    const first = await compiled.fit(x(), y(), options);
    const second = await compiled.fit(x(), y(), options);
    // One step an epoch: 0.001 · (1 + cos(π · step / 4)) / 2.
    const rates = [0, 1, 2, 3].map((step) => (0.001 * (1 + Math.cos((Math.PI * step) / 4))) / 2);
    for (const { history } of [first, second]) {
      history.learningRate?.forEach((rate, i) => {
        expect(Math.abs(rate - (rates[i] as number))).toBeLessThan(1e-15);
      });
      expect(history.learningRate).toHaveLength(4);
    }
    compiled.close();
  });

  it.each(engineNames)(
    "has the weights of before a training that fails (%s), and can be trained again",
    async (engine) => {
      const compiled = compile(tf, classifier(), { ...sparse, engine });
      await compiled.fit(x(), y(), {});
      const before = weights(compiled.model);
      const { loss } = await compiled.evaluate(x(), y());
      const predicted = ((await compiled.predict(x())) as Tensor).dataSync();
      const throwing = {
        onEpochEnd({ epoch }: EpochLog) {
          if (epoch === 2) throw new Error("mine");
        },
      };
      const failing = [
        () => compiled.fit(x(), y(), { epochs: 3, callbacks: [throwing] }),
        () => compiled.fit(numbers(COUNT * 3).fill(Number.NaN, 110, 111), y(), { batchSize: 10 }),
      ];
      for (const fit of failing) {
        await expect(fit()).rejects.toThrow(/mine|NaN/);
        expect(weights(compiled.model)).toEqual(before);
        expect((await compiled.evaluate(x(), y())).loss).toBe(loss);
        expect(((await compiled.predict(x())) as Tensor).dataSync()).toEqual(predicted);
      }
      const again = await compiled.fit(x(), y(), { seed: 3 });
      const fresh = compile(tf, compiled.model, { ...sparse, engine });
      fresh.model.setWeights(
        before.map((values, i) => tf.tensor(values, fresh.model.weights[i]?.shape as number[])),
      );
      expect((await fresh.fit(x(), y(), { seed: 3 })).history.loss).toEqual(again.history.loss);
      compiled.close();
      fresh.close();
    },
  );

  it("takes callbacks that are instances of a class", async () => {
    class Own {
      readonly seen: number[] = [];
      onEpochEnd({ epoch }: EpochLog) {
        this.seen.push(epoch);
      }
    }
    const own = new Own();
    const compiled = compile(tf, classifier(), sparse);
    await compiled.fit(x(), y(), { epochs: 2, callbacks: [own] });
    expect(own.seen).toEqual([1, 2]);
    compiled.close();
  });

  it("takes a metric for each of several outputs, as Keras does", () => {
    const input = tf.input({ shape: [3] });
    const output = (name: string) => tf.layers.dense({ units: 1, name }).apply(input) as typeof input;
    const model = tf.model({ inputs: input, outputs: [output("a"), output("b")] });
    const metrics = ["meanAbsoluteError", "meanSquaredError"] as const;
    const { objective } = compile(tf, model, { optimizer: "sgd", loss: "meanSquaredError", metrics });
    expect(objective.names).toEqual(["loss", "aLoss", "bLoss", "aMeanAbsoluteError", "bMeanSquaredError"]);
    const three = [...metrics, "accuracy"] as const;
    expect(() => compile(tf, model, { optimizer: "sgd", loss: "meanSquaredError", metrics: three })).toThrow(
      refusal("E_OUTPUT", /metrics .* 3 are given/),
    );
  });

  const still = { name: "sgd", learningRate: 1e-20 } as const;
  it.each<[string, Partial<CompileOptions>]>([
    ["as they are", { optimizer: still }],
    ["averaged, in a new engine", { optimizer: { ...still, ema: {} }, schedule: { name: "cosine" } }],
    [
      "averaged in the model's own variables",
      { optimizer: { ...still, ema: {} }, schedule: { name: "cosine" }, engine: "eager" },
    ],
  ])("trains on from weights that were set in between: %s", async (_how, options) => {
    const compiled = compile(tf, classifier(), { ...sparse, ...options });
    await compiled.fit(x(), y(), {});
    compiled.model.setWeights(compiled.model.getWeights().map((weight) => tf.zerosLike(weight)));
    const { history } = await compiled.fit(x(), y(), {});
    // All logits are 0: the entropy of four classes.
    expect(Math.abs((history.loss?.[0] as number) - Math.log(4))).toBeLessThan(1e-6);
    const { loss } = await compiled.evaluate(x(), y());
    expect(Math.abs((loss as number) - Math.log(4))).toBeLessThan(1e-6);
    compiled.close();
  });

  it("evaluates and predicts before it was trained, as tfjs does", async () => {
    const compiled = compile(tf, classifier(), sparse);
    const predicted = (await compiled.predict(x())) as Tensor;
    const expected = (compiled.model.predict(x()) as Tensor).dataSync();
    expect(predicted.shape).toEqual([COUNT, 4]);
    predicted.dataSync().forEach((value, i) => {
      // float32 sums of eight products in another order.
      expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-6);
    });
    const decided = tf.argMax(predicted, -1).dataSync();
    const right = y().filter((label, i) => label === decided[i]).length;
    expect((await compiled.evaluate(x(), y())).accuracy).toBe(right / COUNT);
    compiled.close();
  });

  it("runs callbacks, given as objects and by name", async () => {
    const compiled = compile(tf, classifier(), {
      ...sparse,
      optimizer: { name: "sgd", learningRate: 1e-20 },
    });
    const seen: number[] = [];
    const { epoch, stopped } = await compiled.fit(x(), y(), {
      epochs: 10,
      validationSplit: 0.25,
      callbacks: [
        { onEpochEnd: (log) => void seen.push(log.epoch) },
        { name: "earlyStopping", monitor: "valLoss", patience: 2 },
      ],
    });
    // Nothing moves: the first epoch is the best, and two without a better one follow.
    expect(epoch).toEqual([1, 2, 3]);
    expect(seen).toEqual([1, 2, 3]);
    expect(stopped?.epoch).toBe(3);
    compiled.close();
  });
});

describe("what is refused", () => {
  const fit = (given: unknown, targets: unknown, options = {}) => {
    const compiled = compile(tf, classifier(), sparse);
    return compiled.fit(given as never, targets as never, options);
  };

  it.each([
    ["a label that is no class", () => fit(x(), y().fill(4, 7, 8)), "E_LABELS", /target 7 .* is 4/],
    [
      "a label between classes",
      () =>
        fit(
          x(),
          Float32Array.from(y(), (v) => v + 0.5),
        ),
      "E_LABELS",
      /0\.5/,
    ],
    ["a label below 0", () => fit(x(), y().fill(-1, 0, 1)), "E_LABELS", /target 0 .* is -1/],
    ["inputs of another shape", () => fit(tf.zeros([COUNT, 5]), y()), "E_SHAPE", /\[40, 5\]/],
    ["fewer targets than inputs", () => fit(x(), y().subarray(1)), "E_EXAMPLES", /39 .* 40/],
    ["no examples", () => fit(tf.zeros([0, 3]), []), "E_EXAMPLES", /is empty/],
    ["a batch larger than the set", () => fit(x(), y(), { batchSize: 41 }), "E_BATCH_SIZE", /41 .* 40/],
    ["a split that leaves nothing", () => fit(x(), y(), { validationSplit: 0.99 }), "E_SPLIT", /0\.99/],
    ["two inputs for one", () => fit([x(), x()], y()), "E_SHAPE", /2 tensors|\[/],
    ["an unknown class", () => fit(x(), y(), { classWeight: { 9: 2 } }), "E_CLASS_WEIGHT", /class 9/],
    ["an unknown input", () => fit({ z: x() }, y()), "E_SHAPE", /"z"/],
    ["an empty batch", () => fit(x(), y(), { batchSize: 0 }), "E_SCHEMA", /batchSize/],
    ["half an example", () => fit(x(), y(), { batchSize: 2.5 }), "E_SCHEMA", /batchSize/],
    ["epochs that are no number", () => fit(x(), y(), { epochs: Number.NaN }), "E_SCHEMA", /epochs/],
    ["an option by Keras' name", () => fit(x(), y(), { batch_size: 8 }), "E_SCHEMA", /"batchSize"\?/],
    [
      "a callback without a method",
      () => fit(x(), y(), { callbacks: [{ onEpoch: () => undefined }] }),
      "E_SCHEMA",
      /callbacks/,
    ],
  ] as const)("%s", async (_what, attempt, code, what) => {
    await expect(attempt()).rejects.toEqual(refusal(code, what));
  });

  it("a loss that is not finite, naming epoch and step", async () => {
    const compiled = compile(tf, classifier(), sparse);
    const inputs = numbers(COUNT * 3).fill(Number.NaN, 110, 111);
    await expect(compiled.fit(inputs, y(), { shuffle: false, batchSize: 10, epochs: 2 })).rejects.toEqual(
      refusal("E_LOSS_NOT_FINITE", /NaN in epoch 1, step 4/),
    );
    compiled.close();
  });

  it("a validation that is not finite, before its epoch is told to anybody", async () => {
    const compiled = compile(tf, classifier(), sparse);
    const told: EpochLog[] = [];
    const validationData = [numbers(COUNT * 3).fill(Number.NaN, 7, 8), y()] as const;
    const fitted = compiled.fit(x(), y(), {
      epochs: 2,
      validationData,
      callbacks: [{ onEpochEnd: (log) => void told.push(log) }],
    });
    await expect(fitted).rejects.toEqual(refusal("E_LOSS_NOT_FINITE", /NaN in the validation of epoch 1/));
    await expect(fitted).rejects.toMatchObject({ fix: expect.not.stringContaining("checkpoint") });
    expect(told).toEqual([]);
    compiled.close();
  });

  it("a metric that is not finite, by its name", async () => {
    const ratio = (yTrue: Tensor, yPred: Tensor) => tf.div(tf.sum(yPred), tf.sum(tf.mul(yTrue, 0)));
    const compiled = compile(tf, classifier(), { ...sparse, metrics: [ratio] });
    await expect(compiled.fit(x(), y(), {})).rejects.toEqual(
      refusal("E_LOSS_NOT_FINITE", /"ratio" became Infinity in epoch 1, step 1/),
    );
    compiled.close();
  });

  it("a model that is frozen as a whole", async () => {
    const compiled = compile(tf, classifier(), sparse);
    compiled.model.trainable = false;
    await expect(compiled.fit(x(), y())).rejects.toEqual(refusal("E_NOTHING_TO_TRAIN", /no weight/));
    compiled.close();
  });

  it("metrics of one name, and those that the log has a field by", () => {
    const make =
      (...metrics: MetricConfig[]) =>
      () =>
        compile(tf, classifier(), { ...sparse, metrics });
    const named = (name: string) => Object.defineProperty((a: Tensor) => a, "name", { value: name });
    expect(
      make(
        (a: Tensor) => a,
        (_a: Tensor, b: Tensor) => b,
      ),
    ).toThrow(refusal("E_METRIC", /"metric"/));
    expect(make("accuracy", named("accuracy"))).toThrow(refusal("E_METRIC", /"accuracy"/));
    for (const name of [
      "loss",
      "epoch",
      "steps",
      "seconds",
      "examplesPerSecond",
      "learningRate",
      "valLoss",
    ]) {
      expect(make(named(name))).toThrow(refusal("E_METRIC", new RegExp(`"${name}"`)));
    }
    expect(make("accuracy", named("mine"), named("other"))).not.toThrow();
  });

  it("names that are not known, and losses that do not fit the outputs", () => {
    const make = (options: object) => () => compile(tf, classifier(), { ...sparse, ...options });
    expect(make({ loss: "hinge" })).toThrow(refusal("E_LOSS", /"hinge"/));
    expect(make({ metrics: ["auc"] })).toThrow(refusal("E_METRIC", /"auc"/));
    expect(make({ metrics: ["acuracy"] })).toThrow('did you mean "accuracy"?');
    expect(make({ loss: { other: "meanSquaredError" } })).toThrow(refusal("E_OUTPUT", /"other"/));
    expect(make({ optimizer: { name: "adam", learning_rate: 1 } })).toThrow(
      refusal("E_SCHEMA", /learning_rate/),
    );
  });
});
