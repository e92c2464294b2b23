/** @needs tensorflow export */

import { sizeOf, type Tensor, tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { encodeModel, type ModelProto } from "@congruent/onnx";
import { load } from "@congruent/runtime";
import { loadTensorFlow, type TensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { convertLayersModel } from "../convert-layers-model.js";
import { LAYERS } from "../layers/index.js";
import { sourceOfModel } from "../source.js";
import { checkModels } from "./check-models.js";
import { LONG_RIGHT, MASKED_MODELS, type Symbolic } from "./masked-models.js";
import { runMasked } from "./run-masked.js";
import { flawsOf } from "./run-model.js";

jest.setTimeout(timeLimits.training);

const FREE = [3, 5];
let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});
const converted = new Map<string, ModelProto>();

describe("masks go as in tfjs, ONNX Runtime and tfjs within the reference's bounds", () => {
  it.each(Object.entries({ ...LONG_RIGHT, ...MASKED_MODELS }))("%s", async (name, { build }) => {
    const run = runMasked(tf, build(tf), 3, FREE);
    converted.set(name, run.proto);
    expect(await flawsOf(run)).toEqual([]);
  });
});

it("the onnx package's checker and strict shape inference accept every model", async () => {
  expect(converted.size).toBe(Object.keys({ ...LONG_RIGHT, ...MASKED_MODELS }).length);
  expect(await checkModels(converted)).toEqual({});
});

/** As near as these models have been through tf2onnx: a unit in the last place of 1, which the outputs of these layers do not exceed. */
const NEAR = 1.2e-7;
/** Weights of about the size that tfjs' initializers give them. */
const INITIAL = 0.3;

describe("ONNX Runtime is as near to tfjs as it was", () => {
  it.each(Object.entries(LONG_RIGHT))("%s", async (_, { build }) => {
    const { proto, feeds, expected } = runMasked(tf, build(tf), 11, FREE, undefined, INITIAL);
    const session = await load(encodeModel(proto));
    const found = Object.values(await session.run(feeds));
    await session.close();
    const distances = expected.map((y, i) => distance(found[i] as Tensor, y));
    expect(Math.max(...distances)).toBeLessThanOrEqual(NEAR);
  });
});

/** The largest difference; of outputs beyond 1, as a share of the largest. */
function distance(found: Tensor, expected: Tensor): number {
  const [a, b] = [found.data as Float32Array, expected.data as Float32Array];
  const scale = b.reduce((largest, each) => Math.max(largest, Math.abs(each)), 1);
  return a.reduce((largest, each, i) => Math.max(largest, Math.abs(each - (b[i] as number))), 0) / scale;
}

it("the layers that pass masks on are those of tfjs", () => {
  const classes = tf.serialization.SerializationMap.getMap().classNameMap;
  const needed: Record<string, object> = {
    Activation: { activation: "relu" },
    Bidirectional: { layer: tf.layers.gru({ units: 2 }) },
    Embedding: { inputDim: 2, outputDim: 2, maskZero: true },
    RNN: { cell: tf.layers.gruCell({ units: 2 }) },
    TimeDistributed: { layer: tf.layers.dense({ units: 2 }) },
  };
  const every = {
    ...{
      units: 2,
      filters: 2,
      kernelSize: 2,
      n: 2,
      rate: 0.5,
      stddev: 1,
      poolSize: 2,
      axes: 1,
      targetShape: [2],
    },
    ...{ dims: [1], cropping: 1, numTokens: 2, height: 2, width: 2, scale: 1, batchInputShape: [null, 2] },
  };
  const without = ["InputLayer", "Lambda"];
  const differing = LAYERS.names.filter((name) => {
    const [layerClass] = classes[name] ?? [];
    if (!layerClass || without.includes(name)) return false;
    const make = layerClass as unknown as new (config: object) => { supportsMasking: boolean };
    const { batchInputShape, ...rest } = every;
    const layer = new make({
      ...rest,
      ...(name.startsWith("Random") ? { factor: 0.1 } : {}),
      ...needed[name],
    });
    // Dot says so, and gives none.
    const passes = layer.supportsMasking && name !== "Dot";
    return passes !== (LAYERS.get(name).mask !== undefined);
  });
  expect(differing).toEqual([]);
});

const EMBEDDING = { inputDim: 3, outputDim: 4, maskZero: true };

describe("what tfjs cannot mask is refused by name, and tfjs fails as well", () => {
  const models: Record<string, { build(): [inputs: Symbolic[], output: unknown]; what: RegExp }> = {
    "a recurrent layer behind a sum of masked inputs": {
      what: /sum_rnn.*mask of shape \[1, batch, 5\]/,
      build() {
        const inputs = ["a", "b"].map((name) => tf.input({ shape: [5], name }));
        const embedded = inputs.map((x) => tf.layers.embedding(EMBEDDING).apply(x) as Symbolic);
        const sum = tf.layers.add().apply(embedded) as Symbolic;
        return [inputs, tf.layers.gru({ units: 3, name: "sum_rnn" }).apply(sum)];
      },
    },
    "a decoder of more steps than the mask it is handed": {
      what: /decoder.*mask of shape \[batch, 5\] for an input of shape \[batch, 7, 3\]/,
      build() {
        const x = tf.input({ shape: [5], name: "a" });
        const code = tf.layers.lstm({ units: 3 }).apply(tf.layers.embedding(EMBEDDING).apply(x) as Symbolic);
        const repeated = tf.layers.repeatVector({ n: 7 }).apply(code as Symbolic) as Symbolic;
        return [[x], tf.layers.gru({ units: 3, name: "decoder" }).apply(repeated)];
      },
    },
    "a Softmax of another size": {
      what: /scores.*mask of shape \[batch, 5\] for an input of shape \[batch, 3\]/,
      build() {
        const x = tf.input({ shape: [5], name: "a" });
        const code = tf.layers.lstm({ units: 3 }).apply(tf.layers.embedding(EMBEDDING).apply(x) as Symbolic);
        return [[x], tf.layers.softmax({ axis: -1, name: "scores" }).apply(code as Symbolic)];
      },
    },
    "three merged inputs, one without a mask": {
      what: /sum.*three or more/,
      build() {
        const inputs = ["a", "b", "c"].map((name) => tf.input({ shape: [5], name }));
        const embedded = inputs.map(
          (x, i) => tf.layers.embedding({ ...EMBEDDING, maskZero: i !== 1 }).apply(x) as Symbolic,
        );
        return [inputs, tf.layers.add({ name: "sum" }).apply(embedded)];
      },
    },
  };
  it.each(Object.entries(models))("%s", (_, { build, what }) => {
    const [inputs, output] = build();
    const model = tf.model({ inputs, outputs: output as Symbolic });
    expect(() => model.predict(inputs.map(() => tf.ones([2, 5])))).toThrow();
    expect(() => convertLayersModel(sourceOfModel(model))).toThrow(
      expect.objectContaining({ code: "E_LAYER_MASK", what: expect.stringMatching(what) }),
    );
  });

  it("a mask that is too short, where sizes are free: the file fails when it runs, as tfjs does", async () => {
    const words = tf.input({ shape: [null], name: "words" });
    const numbers = tf.input({ shape: [null, 2], name: "numbers" });
    const masked = tf.layers
      .lstm({ units: 3 })
      .apply(tf.layers.embedding(EMBEDDING).apply(words) as Symbolic);
    const plain = tf.layers.gru({ units: 3 }).apply(numbers);
    const output = tf.layers.concatenate().apply([plain as Symbolic, masked as Symbolic]) as Symbolic;
    const model = tf.model({ inputs: [words, numbers], outputs: output });
    const session = await load(encodeModel(convertLayersModel(sourceOfModel(model))));
    const ones = (dims: number[]) => tensor("float32", new Float32Array(sizeOf(dims)).fill(1), dims);
    const run = (time: number) => session.run({ words: ones([2, 4]), numbers: ones([2, time, 2]) });
    const predict = (time: number) => model.predict([tf.ones([2, 4]), tf.ones([2, time, 2])]);
    expect(() => predict(5)).toThrow();
    await expect(run(5)).rejects.toThrow(/sequence length/i);
    expect(() => predict(3)).not.toThrow();
    await expect(run(3)).resolves.toBeDefined();
    await session.close();
  });
});
