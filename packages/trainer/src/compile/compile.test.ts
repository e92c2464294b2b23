import { loadTensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it } from "@jest/globals";
import type { LayersModel, Tensor, TensorFlow } from "../tensorflow.js";
import { type CompileOptions, compile } from "./compile.js";

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

  it("goes on where a training ended: 1 + 2 epochs with one seed are not 3 new ones, but the slots are kept", async () => {
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

  it("trains on from weights that were set in between", async () => {
    const compiled = compile(tf, classifier(), {
      ...sparse,
      optimizer: { name: "sgd", learningRate: 1e-20 },
    });
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

  it("names that are not known, and losses that do not fit the outputs", () => {
    const make = (options: object) => () => compile(tf, classifier(), { ...sparse, ...options });
    expect(make({ loss: "hinge" })).toThrow(refusal("E_LOSS", /"hinge"/));
    expect(make({ metrics: ["auc"] })).toThrow(refusal("E_METRIC", /"auc"/));
    expect(make({ loss: { other: "meanSquaredError" } })).toThrow(refusal("E_OUTPUT", /"other"/));
    expect(make({ optimizer: { name: "adam", learning_rate: 1 } })).toThrow(
      refusal("E_SCHEMA", /learning_rate/),
    );
  });
});
