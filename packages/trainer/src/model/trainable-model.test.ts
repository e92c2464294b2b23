/** @needs tensorflow */

import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { beforeAll, expect, it, jest } from "@jest/globals";
import type { LayersModel, TensorFlow } from "../tensorflow.js";
import { TrainableModel } from "./trainable-model.js";

jest.setTimeout(timeLimits.training);

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

/** A nested model with batch normalization, a frozen layer, and a recurrent layer, between two inputs and two outputs. */
function build(): LayersModel {
  const inner = tf.sequential({
    name: "inner",
    layers: [
      tf.layers.dense({ name: "frozen", units: 3, inputShape: [4], trainable: false }),
      tf.layers.batchNormalization({ name: "norm" }),
    ],
  });
  const flat = tf.input({ shape: [4], name: "flat" });
  const sequence = tf.input({ shape: [5, 2], name: "sequence" });
  const states = tf.layers.gru({ name: "gru", units: 2, returnState: true }).apply(sequence);
  return tf.model({
    inputs: [flat, sequence],
    outputs: [inner.apply(flat), ...(states as object[])] as ReturnType<typeof tf.input>[],
  });
}

it("names inputs and outputs, and gives their shapes", () => {
  const model = new TrainableModel(tf, build());
  expect(model.inputNames).toEqual(["flat", "sequence"]);
  expect(model.outputNames).toEqual(["inner", "gru", "gru_1"]);
  expect(model.outputShapes).toEqual([
    [null, 3],
    [null, 2],
    [null, 2],
  ]);
  expect(model.inputShapes(7)).toEqual([
    [7, 4],
    [7, 5, 2],
  ]);
});

it("finds the layers inside, their cells, and what trains", () => {
  const model = new TrainableModel(tf, build());
  const names = model.layers.map(({ name }) => name);
  expect([...names].sort()).toEqual(
    [
      ...names.filter((name) => name.endsWith("_input")),
      "flat",
      "frozen",
      "gru",
      "inner",
      "norm",
      "sequence",
    ].sort(),
  );
  const cells = model.layers.flatMap(({ name }, i) => (model.cells[i]?.length ? [name] : []));
  expect(cells).toEqual(["gru"]);
  expect([...model.trainingLayers].map(({ name }) => name)).toEqual(expect.arrayContaining(["norm", "gru"]));
  expect([...model.trainingLayers].map(({ name }) => name)).not.toContain("frozen");
  // gamma and beta of the normalization; kernel, recurrent kernel and bias of the cell.
  expect(model.trainableWeights).toHaveLength(5);
  expect(model.weights).toHaveLength(2 + 4 + 3);
  expect(model.weightShapes).toEqual(model.variables.map(({ shape }) => shape));
  expect(model.trainableVariables.every((variable) => model.variables.includes(variable))).toBe(true);
});

it("is about the model as it was when the value was made", () => {
  const layersModel = build();
  const before = new TrainableModel(tf, layersModel);
  layersModel.trainable = false;
  expect(before.trainableWeights).toHaveLength(5);
  expect(new TrainableModel(tf, layersModel).trainableWeights).toHaveLength(0);
});

it("refuses an input with a dimension that is not known", () => {
  const x = tf.input({ shape: [null, 2], name: "words" });
  const model = new TrainableModel(
    tf,
    tf.model({ inputs: x, outputs: tf.layers.dense({ units: 1 }).apply(x) as ReturnType<typeof tf.input> }),
  );
  expect(() => model.inputShapes(1)).toThrow(
    expect.objectContaining({
      code: "E_INPUT_SHAPE",
      what: 'the input "words" has the shape [null, null, 2]',
    }),
  );
});
