/** @needs tensorflow */

import { convertLayersModel, sourceOfModel } from "@congruent/converter";
import { drawWeights, flawsOf, predict } from "@congruent/converter/testing";
import { tensor } from "@congruent/core";
import { timeLimits } from "@congruent/core/testing";
import { seededNumbers } from "@congruent/onnx/testing";
import { loadTensorFlow, type TensorFlow } from "@congruent/toolchain";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import type * as tfjs from "@tensorflow/tfjs";
import { architecture, architectures } from "../architectures/index.js";
import { layer, registerLayers } from "../layers/index.js";
import { zooConverters } from "./index.js";

jest.setTimeout(timeLimits.training);

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

/** What tfjs and ONNX Runtime have against the reference, for seeded inputs in a range. */
async function flaws(model: tfjs.LayersModel, [least, most]: readonly [number, number], opset: number) {
  const proto = convertLayersModel(sourceOfModel(model), { opset, layers: zooConverters });
  const dims = (model.inputs[0] as tfjs.SymbolicTensor).shape.map((size) => size ?? 1);
  const next = seededNumbers(7);
  const numbers = Array.from(
    { length: dims.reduce((a, b) => a * b, 1) },
    () => least + ((next() + 1) / 2) * (most - least),
  );
  const fed = tensor("float32", Float32Array.from(numbers), dims);
  const expected = predict(tf, model, [fed]);
  return flawsOf({ proto, feeds: { [model.inputNames[0] as string]: fed }, expected });
}

it("every layer of the zoo's own has a converter", () => {
  expect(zooConverters.names.toSorted()).toEqual(Object.keys(registerLayers(tf)).toSorted());
});

describe("a layer of the zoo's own computes in ONNX what it computes in tfjs", () => {
  const cases: Record<string, [shape: number[], make: () => tfjs.layers.Layer]> = {
    LayerNorm: [[5, 6], () => layer(tf, "LayerNorm", { epsilon: 1e-6 })],
    MultiHeadAttention: [[7, 6], () => layer(tf, "MultiHeadAttention", { numHeads: 3, keyDim: 5, seed: 9 })],
    PositionalEncoding: [[5, 6], () => layer(tf, "PositionalEncoding", {})],
    ResizeBilinear: [[5, 4, 3], () => layer(tf, "ResizeBilinear", { height: 7, width: 9 })],
  };
  it.each(Object.entries(cases))("%s", async (name, [shape, make]) => {
    expect(zooConverters.has(name)).toBe(true);
    for (const opset of [13, 18, 26]) {
      const input = tf.input({ shape });
      const model = tf.model({ inputs: input, outputs: make().apply(input) as tfjs.SymbolicTensor });
      drawWeights(tf, model, 3);
      expect(await flaws(model, [-2, 2], opset)).toEqual([]);
    }
  });
});

describe("a network computes in ONNX what it computes in tfjs", () => {
  it.each(Object.keys(architectures))("%s", async (name) => {
    const model = architecture(name).build(tf, { seed: 5, classes: 10 });
    expect(await flaws(model, [0, 255], 18)).toEqual([]);
  });
});
