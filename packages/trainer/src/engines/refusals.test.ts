/** @needs tensorflow */
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import type * as tfjs from "@tensorflow/tfjs";
import { optimizerOf } from "../optimizers/optimizer-of.js";
import type { LayersModel, Tensor, TensorFlow } from "../tensorflow.js";
import { classification, positionsOf, randomBatch } from "../testing/batches.js";
import { customLayer } from "../testing/parts.js";
import { smallModels } from "../testing/small-models.js";
import { registerTrainingCall } from "../training-calls/index.js";
import { createEngine, engineNames } from "./index.js";

jest.setTimeout(timeLimits.training);

const adam = () => optimizerOf({ name: "adam", learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 });

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

type Layer = tfjs.layers.Layer;

/** Moving statistics before the layer in question, so that a refusal comes after weights were assigned. */
function around(...layers: Layer[]): LayersModel {
  return tf.sequential({
    layers: [
      tf.layers.flatten({ inputShape: [8, 8, 1] }),
      tf.layers.batchNormalization({ momentum: 0.9 }),
      ...layers,
      tf.layers.dense({ units: 4, activation: "softmax" }),
    ],
  });
}

const custom = (name: string, call: (x: Tensor, training: boolean) => Tensor) => customLayer(tf, name, call);

const options = (model: LayersModel) => ({
  tf,
  ...classification(model, [randomBatch(16, 1)]),
  optimizer: adam(),
  seed: 1,
});

const values = (model: LayersModel) => model.getWeights().map((weight) => [...weight.dataSync()]);

/** Refused with a code and the layer's name, the model and the number of tensors being as before. */
async function refused(engine: "graph" | "eager", model: LayersModel, code: string, layer: string) {
  const create = () => createEngine(engine, options(model));
  // What tfjs itself makes once and keeps is made in a first attempt.
  await expect(create()).rejects.toMatchObject({ code });
  const [weights, tensors] = [values(model), tf.memory().numTensors];
  await expect(create()).rejects.toMatchObject({ code, exit: 2, what: expect.stringContaining(layer) });
  expect(tf.memory().numTensors).toBe(tensors);
  expect(values(model)).toEqual(weights);
}

describe.each(engineNames)("what the %s engine refuses", (engine) => {
  it("is any layer that draws the same noise in every step", async () => {
    const noise = custom("same_noise", (x, training) =>
      training ? tf.add(x, tf.randomNormal(x.shape, 0, 1, "float32", 5)) : x,
    );
    await refused(engine, around(noise), "E_FROZEN_RANDOM", "same_noise");
  });

  it("is a recurrent layer that keeps its state, wherever it is", async () => {
    const model = () => {
      const keeping = tf.layers.gru({ name: "keeping", units: 3, stateful: true });
      return tf.sequential({
        layers: [
          tf.layers.reshape({ targetShape: [8, 8], batchInputShape: [16, 8, 8, 1] }),
          tf.layers.bidirectional({ layer: keeping as never }),
          tf.layers.dense({ units: 4, activation: "softmax" }),
        ],
      });
    };
    const create = () => createEngine(engine, options(model()));
    await expect(create()).rejects.toMatchObject({
      code: "E_STATEFUL",
      what: expect.stringContaining("keeping"),
    });
  });

  it("is not a layer that means something else by the names of what recurrent layers hold", async () => {
    for (const property of ["cell", "cells", "layer", "layers"]) {
      for (const value of [3, ["a"], null, Object.freeze({ dropoutMask: 1 })]) {
        const layer = custom("grid", (x) => tf.add(x, 1));
        Object.assign(layer, { [property]: value });
        const made = await createEngine(engine, options(around(layer)));
        made.trainStep(Int32Array.from({ length: 16 }, (_, i) => i));
        made.close();
      }
    }
  });

  it.each(Object.entries(smallModels))("is not %s", async (_name, build) => {
    const model = build(tf);
    const weights = values(model);
    const made = await createEngine(engine, options(model));
    expect(values(model)).toEqual(weights);
    made.close();
  });

  it("is not a table that inference uses too, nor dropout with a seed", async () => {
    const positions = custom("positions", (x) => tf.add(x, tf.linspace(0, 1, 64).sin()));
    const table = custom("table", (x) => tf.add(x, tf.tensor1d(Array.from({ length: 64 }, (_, i) => i / 7))));
    const model = around(positions, table, tf.layers.dropout({ rate: 0.5, seed: 1 }));
    const made = await createEngine(engine, options(model));
    made.close();
  });
});

describe("what only the graph engine refuses", () => {
  const onlyGraph = async (layer: Layer, code = "E_CAPTURE_RANDOM") => {
    const model = around(layer);
    const eager = await createEngine("eager", options(model));
    eager.close();
    await refused("graph", model, code, layer.name);
  };

  it("is a layer of one's own that draws in JavaScript", async () => {
    await onlyGraph(custom("new_masks", (x) => tf.add(x, tf.randomNormal(x.shape))));
  });

  it("is a layer that computes with its data in JavaScript", async () => {
    await onlyGraph(
      custom("read_back", (x) => tf.div(x, tf.scalar(1 + (tf.max(x).dataSync()[0] as number)))),
    );
  });

  it("is a layer that keeps a state between steps", async () => {
    let state = 0;
    const stateful = custom("stateful", (x) => {
      state = state / 2 + (tf.sum(x).dataSync()[0] as number);
      return tf.add(x, tf.scalar(state));
    });
    await onlyGraph(stateful);
  });

  it("is a layer whose draws are an operator's attribute", async () => {
    const drawn = custom("drawn", (x) => {
      const sample = tf.multinomial(tf.zeros<tfjs.Rank.R2>([1, 4]), 64);
      return tf.add(x, tf.cast(sample, "float32"));
    });
    await onlyGraph(drawn);
  });
});

describe("weights set from one and the same tensor", () => {
  it("are trained apart: the losses are those of the eager engine", async () => {
    const build = () => {
      const model = tf.sequential({
        layers: [
          tf.layers.rescaling({ scale: 1 / 255, inputShape: [8, 8, 1] }),
          tf.layers.flatten(),
          tf.layers.dense({ units: 4, activation: "tanh" }),
          tf.layers.dense({ units: 4, activation: "softmax" }),
        ],
      });
      const spread = (size: number) => Float32Array.from({ length: size }, (_, i) => Math.sin(i));
      const zeros = tf.zeros([4]);
      model.setWeights([tf.tensor(spread(256), [64, 4]), zeros, tf.tensor(spread(16), [4, 4]), zeros]);
      return model;
    };
    const batches = Array.from({ length: 8 }, (_, i) => ({
      size: 8,
      inputs: Float32Array.from({ length: 512 }, (_, k) => (k * 37 * (i + 1)) % 256),
      labels: Int32Array.from({ length: 8 }, (_, k) => (k * (i + 1)) % 4),
    }));
    const made = (name: "graph" | "eager") =>
      createEngine(name, { tf, ...classification(build(), batches), optimizer: adam(), seed: 1 });
    const [graph, eager] = [await made("graph"), await made("eager")];
    for (const positions of positionsOf(batches)) {
      const [g, e] = [graph.trainStep(positions)[0] as number, eager.trainStep(positions)[0] as number];
      // As in engines.test.ts: 1 % of one step of Adam. One variable for both would be off by whole steps.
      expect(Math.abs(g - e)).toBeLessThan(1e-4);
    }
    graph.sync();
    const [, bias1, , bias2] = values(graph.model);
    expect(bias1).not.toEqual(bias2);
    graph.close();
    eager.close();
  });
});

describe("evaluation", () => {
  it("does not use up automatic layer names", async () => {
    const number = () => Number(tf.layers.activation({ activation: "relu" }).name.match(/\d+$/)?.[0]);
    const engine = await createEngine("eager", options(around()));
    const before = number();
    for (let i = 0; i < 3; i++) engine.evaluate();
    expect(number()).toBe(before + 1);
    engine.close();
  });
});

it("an engine that there is not is refused with those there are", async () => {
  const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [2] })] });
  const create = createEngine("grap" as "graph", options(model));
  await expect(create).rejects.toMatchObject({
    code: "E_ENGINE",
    expected: "one of graph, eager",
    fix: 'did you mean "graph"?',
  });
});

it("a layer class has one training call", () => {
  registerTrainingCall("Twice", (_tf, _layer, x) => x);
  for (const name of ["Twice", "Dropout"]) {
    expect(() => registerTrainingCall(name, (_tf, _layer, x) => x)).toThrow(
      expect.objectContaining({ code: "E_TRAINING_CALL" }),
    );
  }
});
