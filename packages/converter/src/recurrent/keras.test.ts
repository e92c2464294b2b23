/** @needs export */

import { fileURLToPath } from "node:url";
import { sizeOf, type Tensor, tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { encodeModel } from "@congruent/onnx";
import { seededNumbers } from "@congruent/onnx/testing";
import { compareWithBound, interpretWithBounds, type Value } from "@congruent/reference";
import { load } from "@congruent/runtime";
import { askOracle } from "@congruent/toolchain/testing";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { convertLayersModel } from "../convert-layers-model.js";

jest.setTimeout(timeLimits.programs);

const script = fileURLToPath(new URL("../../oracle/keras_sequential.py", import.meta.url));

const FEATURES = 3;
const UNITS = 4;
const BATCH = 3;
const TIME = 5;

type Spec = { class_name: string; config: Record<string, unknown> };

interface Case {
  layers: readonly Spec[];
  /** Weights in Keras' order, by their names in a file of tfjs. */
  weights: Readonly<Record<string, readonly number[]>>;
  shape: readonly number[];
  /** Ids instead of features. */
  ids?: boolean;
}

const layer = (class_name: string, config: Record<string, unknown>): Spec => ({ class_name, config });
const steps = { shape: [BATCH, TIME, FEATURES] };
const masking = layer("Masking", { name: "masking", mask_value: 0 });

/** Weights of a cell. @param rows of its bias: 2 where a GRU resets after */
const weightsOf = (path: string, gates: number, bias: number | null, features = FEATURES) => ({
  [`${path}/kernel`]: [features, gates * UNITS],
  [`${path}/recurrent_kernel`]: [UNITS, gates * UNITS],
  ...(bias === null ? {} : { [`${path}/bias`]: bias === 2 ? [2, gates * UNITS] : [gates * UNITS] }),
});

const options = { name: "r", units: UNITS, return_sequences: true };
const lstm = (more: Record<string, unknown> = {}) =>
  layer("LSTM", { ...options, activation: "tanh", recurrent_activation: "hard_sigmoid", ...more });
const gru = (resetAfter: boolean, more: Record<string, unknown> = {}) =>
  layer("GRU", {
    ...options,
    activation: "tanh",
    recurrent_activation: "sigmoid",
    reset_after: resetAfter,
    ...more,
  });

/** Where a mask goes, or a GRU resets after, Keras is a second opinion; for the latter the only one, as tfjs cannot load it. */
const CASES: Readonly<Record<string, Case>> = {
  "LSTM backwards": { ...steps, layers: [lstm({ go_backwards: true })], weights: weightsOf("r", 4, 1) },
  "masked LSTM": { ...steps, layers: [masking, lstm()], weights: weightsOf("r", 4, 1) },
  "masked LSTM backwards": {
    ...steps,
    layers: [masking, lstm({ go_backwards: true, activation: "relu" })],
    weights: weightsOf("r", 4, 1),
  },
  "masked SimpleRNN": {
    ...steps,
    layers: [masking, layer("SimpleRNN", { ...options, activation: "tanh", use_bias: false })],
    weights: weightsOf("r", 1, null),
  },
  "GRU that resets before": { ...steps, layers: [gru(false)], weights: weightsOf("r", 3, 1) },
  ...Object.fromEntries(
    [true, false].flatMap((bias) =>
      [true, false].flatMap((masked) =>
        ["tanh", "swish"].map((activation): [string, Case] => [
          `GRU that resets after${bias ? "" : ", no bias"}${masked ? ", masked" : ""}, ${activation}`,
          {
            ...steps,
            layers: [...(masked ? [masking] : []), gru(true, { use_bias: bias, activation })],
            weights: weightsOf("r", 3, bias ? 2 : null),
          },
        ]),
      ),
    ),
  ),
  "masked embedding, bidirectional": {
    ids: true,
    shape: [BATCH, TIME],
    layers: [
      layer("Embedding", { name: "e", input_dim: 6, output_dim: FEATURES, mask_zero: true }),
      layer("Bidirectional", { name: "b", merge_mode: "concat", layer: lstm() }),
      layer("GRU", {
        ...gru(true).config,
        name: "last",
        return_sequences: false,
        go_backwards: true,
      }),
    ],
    weights: {
      "e/embeddings": [6, FEATURES],
      ...weightsOf("b/forward_r", 4, 1),
      ...weightsOf("b/backward_r", 4, 1),
      ...weightsOf("last", 3, 2, 2 * UNITS),
    },
  },
  "masked TimeDistributed": {
    ...steps,
    layers: [
      masking,
      layer("TimeDistributed", {
        name: "t",
        layer: layer("Dense", { name: "d", units: 2, activation: "tanh" }),
      }),
      lstm({ return_sequences: false }),
    ],
    weights: { "t/kernel": [FEATURES, 2], "t/bias": [2], ...weightsOf("r", 4, 1, 2) },
  },
  ConvLSTM2D: {
    shape: [2, 3, 5, 4, 2],
    layers: [
      layer("ConvLSTM2D", {
        name: "c",
        filters: 2,
        kernel_size: [3, 2],
        strides: [2, 1],
        padding: "same",
        activation: "tanh",
        recurrent_activation: "hard_sigmoid",
        return_sequences: true,
      }),
    ],
    weights: { "c/kernel": [3, 2, 2, 8], "c/recurrent_kernel": [3, 2, 2, 8], "c/bias": [8] },
  },
  "cells of an RNN": {
    ...steps,
    layers: [
      masking,
      layer("RNN", {
        name: "r",
        return_sequences: true,
        go_backwards: true,
        cell: layer("StackedRNNCells", {
          name: "stack",
          cells: [
            layer("GRUCell", {
              name: "first",
              units: UNITS,
              reset_after: true,
              recurrent_activation: "sigmoid",
            }),
            layer("LSTMCell", { name: "second", units: UNITS, recurrent_activation: "sigmoid" }),
          ],
        }),
      }),
    ],
    weights: { ...weightsOf("r/RNNCell_0", 3, 2), ...weightsOf("r/RNNCell_1", 4, 1, UNITS) },
  },
};

/** Numbers with whole steps of zeros among them. */
function draw(shape: readonly number[], next: () => number, ids: boolean): Tensor<"float32"> {
  const width = shape.at(-1) as number;
  const data = new Float32Array(sizeOf(shape));
  for (let at = 0; at < data.length; at += width) {
    const silent = !ids && next() > 0.3;
    for (let i = at; i < at + width; i++) {
      data[i] = ids ? Math.floor(Math.abs(next()) * 6) : silent ? 0 : next();
    }
  }
  return tensor("float32", data, [...shape]);
}

const told = ({ data, dims }: Tensor) => ({ shape: dims, values: [...(data as Float32Array)] });

describe("converted models compute what Keras computes, within the reference's bounds", () => {
  const inputs = new Map<string, Tensor<"float32">>();
  const weights = new Map<string, Map<string, Tensor<"float32">>>();
  let keras: Record<string, { shape: number[]; values: number[] }[]>;
  beforeAll(async () => {
    const questions = Object.entries(CASES).map(([name, each], i) => {
      const next = seededNumbers(i + 1);
      const input = draw(each.shape, next, each.ids ?? false);
      const drawn = Object.entries(each.weights).map(([key, shape]): [string, Tensor<"float32">] => {
        const data = Float32Array.from({ length: sizeOf(shape) }, () => next());
        return [key, tensor("float32", data, [...shape])];
      });
      inputs.set(name, input);
      weights.set(name, new Map(drawn));
      return [name, { layers: each.layers, weights: drawn.map(([, w]) => told(w)), input: told(input) }];
    });
    const input = JSON.stringify(Object.fromEntries(questions));
    keras = JSON.parse(await askOracle({ environment: "export", script, input, timeoutMs: 120_000 }));
  });

  it.each(Object.entries(CASES))("%s", async (name, { layers, shape }) => {
    const [first, ...rest] = layers as [Spec, ...Spec[]];
    const start = { ...first.config, batch_input_shape: [null, null, ...shape.slice(2)] };
    const list = [{ ...first, config: start }, ...rest];
    const modelTopology = { class_name: "Sequential", config: { name: "m", layers: list } };
    const proto = convertLayersModel({ modelTopology, weights: weights.get(name) as Map<string, Tensor> });
    const feeds = { [proto.graph?.input[0]?.name as string]: inputs.get(name) as Tensor };
    const { outputs, bounds } = interpretWithBounds(proto, feeds);
    const session = await load(encodeModel(proto));
    const seen = await session.run(feeds);
    await session.close();
    const output = proto.graph?.output[0]?.name as string;
    const [answer] = keras[name] as [{ shape: number[]; values: number[] }];
    const expected = tensor("float32", Float32Array.from(answer.values), answer.shape);
    for (const found of [expected, seen[output] as Tensor]) {
      const errors = bounds.get(output)?.errors ?? null;
      const result = compareWithBound(found, outputs.get(output) as Value, errors);
      expect(result).toMatchObject({ within: true, unbounded: 0 });
    }
  });
});
