/** @needs tensorflow */

import { sizeOf } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { outputNames } from "@congruent/layers";
import { loadTensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { engineNames } from "../engines/index.js";
import { modelOutputs } from "../model/model-outputs.js";
import { TrainableModel } from "../model/trainable-model.js";
import type { LayersModel, Tensor, TensorFlow } from "../tensorflow.js";
import { customLayer, type Symbolic, seededUnits } from "../testing/parts.js";
import { withTrainingCalls } from "../training-calls/index.js";
import { compile } from "./compile.js";

jest.setTimeout(timeLimits.training);

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

const COUNT = 11;
const numbers = (...shape: number[]) =>
  tf.tensor(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * i)),
    shape,
  );
const flat = (tensors: Tensor | Tensor[]) => [tensors].flat().map((tensor) => [...tensor.dataSync()]);
const seeded = (units: number, seed: number) => seededUnits(tf, units, seed);

/** Two sequences; the states that the first ends with are those that the second begins with. */
function decoder(): LayersModel {
  const [a, b] = [tf.input({ shape: [3, 2] }), tf.input({ shape: [4, 2] })];
  const encoder = tf.layers.lstm({ ...seeded(3, 1), returnState: true });
  const [, ...states] = encoder.apply(a) as unknown as Symbolic[];
  const first = tf.layers.lstm({ ...seeded(3, 3), returnSequences: true });
  const sequence = first.apply(b, { initialState: states }) as Symbolic;
  const last = tf.layers.gru(seeded(3, 5)).apply(sequence) as Symbolic;
  const dense = tf.layers.dense({ units: 1, kernelInitializer: tf.initializers.glorotUniform({ seed: 7 }) });
  return tf.model({ inputs: [a, b], outputs: dense.apply(last) as Symbolic });
}

describe("recurrent layers with a state from elsewhere", () => {
  it("train alike in both engines, and predict what the model itself does", async () => {
    const x = () => [numbers(COUNT, 3, 2), numbers(COUNT, 4, 2)];
    const losses = [];
    for (const engine of engineNames) {
      const compiled = compile(tf, decoder(), { optimizer: "adam", loss: "meanSquaredError", engine });
      const { history } = await compiled.fit(x(), numbers(COUNT, 1), { epochs: 3, batchSize: 4 });
      losses.push(history.loss as number[]);
      const [ours, own] = [await compiled.predict(x()), compiled.model.predict(x()) as Tensor].map(flat);
      // float32 sums of a dozen products of the order of 1 in another order.
      (ours as number[][])[0]?.forEach((value, i) => {
        expect(Math.abs(value - ((own as number[][])[0]?.[i] as number))).toBeLessThan(1e-6);
      });
      compiled.close();
    }
    const [graph, eager] = losses as [number[], number[]];
    expect(graph.at(-1)).toBeLessThan(graph[0] as number);
    graph.forEach((loss, i) => {
      expect(Math.abs(loss - (eager[i] as number))).toBeLessThan(1e-5);
    });
  });

  it("have an output of its own name for each state that they return", async () => {
    const a = tf.input({ shape: [3, 2] });
    const outputs = tf.layers.gru({ ...seeded(2, 1), name: "gru", returnState: true }).apply(a) as Symbolic;
    const model = tf.model({ inputs: a, outputs });
    const compiled = compile(tf, model, { optimizer: "sgd", loss: "meanSquaredError" });
    const { history } = await compiled.fit(numbers(COUNT, 3, 2), [numbers(COUNT, 2), numbers(COUNT, 2)]);
    expect(Object.keys(history)).toEqual(expect.arrayContaining(["gruLoss", "gru_1Loss"]));
    compiled.close();
  });

  it("leave other layers their names", () => {
    const a = tf.input({ shape: [3, 2] });
    const states = tf.layers.gru({ units: 2, name: "gru", returnState: true }).apply(a) as unknown;
    const other = tf.layers.gru({ units: 2, name: "gru_1" }).apply(a) as Symbolic;
    const model = tf.model({ inputs: a, outputs: [...(states as Symbolic[]), other] });
    expect(outputNames(model)).toEqual(["gru", "gru_2", "gru_1"]);
  });

  it("draw new masks where a layer is applied again, also one that was given its cell", () => {
    const [a, b] = [tf.input({ shape: [3, 2] }), tf.input({ shape: [3, 2] })];
    const given = tf.layers.rnn({ cell: tf.layers.simpleRNNCell({ ...seeded(8, 1), dropout: 0.5 }) });
    const model = tf.model({ inputs: [a, b], outputs: [given.apply(a), given.apply(b)] as Symbolic[] });
    const key = { seed: 1, step: tf.scalar(1, "int32") };
    const x = numbers(2, 3, 2);
    const trainable = new TrainableModel(tf, model);
    const [first, second] = withTrainingCalls(trainable, key, () =>
      modelOutputs(trainable, [x, x], { training: true }),
    ) as [Tensor, Tensor];
    expect(flat(first)).not.toEqual(flat(second));
  });
});

it.each([1, 2])(
  "parts of a batch may hold one example of one feature and one time step: %s units",
  async (units) => {
    const build = () =>
      tf.sequential({
        layers: [
          tf.layers.lstm({ ...seeded(units, 1), inputShape: [1, 1] }),
          tf.layers.dense({ units: 1, kernelInitializer: "ones" }),
        ],
      });
    const weights = [];
    for (const batchParts of [1, 2]) {
      const options = { optimizer: "sgd", loss: "meanSquaredError", batchParts } as const;
      const compiled = compile(tf, build(), options);
      await compiled.fit(numbers(3, 1, 1), numbers(3, 1), { batchSize: 3, epochs: 2 });
      weights.push(compiled.model.getWeights().flatMap((weight) => [...weight.dataSync()]));
      compiled.close();
    }
    const [whole, halves] = weights as [number[], number[]];
    halves.forEach((weight, i) => {
      expect(Math.abs(weight - (whole[i] as number))).toBeLessThan(1e-6);
    });
  },
);

const custom = (call: (x: Tensor) => Tensor) => customLayer(tf, "custom", call);

describe("an output that JavaScript makes", () => {
  const model = (call: (x: Tensor) => Tensor) => {
    const input = tf.input({ shape: [3] });
    const outputs = [tf.layers.dense({ units: 2 }), custom(call)].map(
      (layer) => layer.apply(input) as Symbolic,
    );
    return compile(tf, tf.model({ inputs: input, outputs }), {
      optimizer: "sgd",
      loss: ["meanSquaredError", "meanSquaredError"],
    });
  };

  const zeros: Record<string, (x: Tensor) => Tensor> = {
    "as it is": (x) => tf.zeros(x.shape),
    "in the shape that it has": (x) => tf.reshape(tf.zeros(x.shape), x.shape),
    "in the type that it has": (x) => tf.cast(tf.zeros(x.shape), "float32"),
  };
  it.each(Object.keys(zeros))("follows the batch, %s", async (name) => {
    const compiled = model(zeros[name] as (x: Tensor) => Tensor);
    await compiled.fit(numbers(COUNT, 3), [numbers(COUNT, 2), numbers(COUNT, 3)], { batchSize: 4 });
    const [, output] = (await compiled.predict(numbers(COUNT, 3))) as [Tensor, Tensor];
    expect(output.shape).toEqual([COUNT, 3]);
    expect(new Set(output.dataSync())).toEqual(new Set([0]));
    compiled.close();
  });

  it("may be one that the layer keeps", async () => {
    const kept = tf.keep(tf.tensor2d([[1, 2, 3]]));
    const compiled = model(() => kept);
    const [, output] = (await compiled.predict(numbers(1, 3))) as [Tensor, Tensor];
    expect([...output.dataSync()]).toEqual([1, 2, 3]);
    expect(kept.isDisposed).toBe(false);
    compiled.close();
  });

  it("may be the input", async () => {
    const compiled = model((x) => tf.reshape(x, x.shape));
    const [, output] = (await compiled.predict(numbers(COUNT, 3))) as [Tensor, Tensor];
    expect(flat(output)).toEqual(flat(numbers(COUNT, 3)));
    compiled.close();
  });

  it("is refused where it was computed from the data", async () => {
    const compiled = model((x) => tf.tensor(x.dataSync<"float32">().slice(), x.shape));
    await expect(compiled.predict(numbers(COUNT, 3))).rejects.toMatchObject({ code: "E_CAPTURE_RANDOM" });
    compiled.close();
  });
});

it("tensors of every type are expanded inside the graph", async () => {
  const expanded = (x: Tensor, dtype: "float32" | "int32" | "bool") =>
    tf.squeeze(tf.cast(tf.expandDims(tf.cast(x, dtype), 1), "float32"), [1]);
  const model = tf.sequential({
    layers: [
      tf.layers.inputLayer({ inputShape: [3] }),
      custom((x) =>
        tf.addN([expanded(x, "float32"), expanded(tf.mul(x, 9), "int32"), expanded(tf.relu(x), "bool")]),
      ),
    ],
  });
  const compiled = compile(tf, model, { optimizer: "sgd", loss: "meanSquaredError" });
  // Whole numbers, whose sums are exact in any order.
  const x = tf.range(-16, 17).reshape([COUNT, 3]);
  expect(flat(await compiled.predict(x))).toEqual(flat(model.predict(x) as Tensor));
  compiled.close();
});
