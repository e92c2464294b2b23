/** @needs export tensorflow */
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import type { LayersModel, Tensor, TensorFlow } from "../tensorflow.js";
import { expectKerasSteps } from "../testing/compare-with-keras.js";
import { type KerasTraining, trainInKeras } from "../testing/keras-steps.js";

jest.setTimeout(timeLimits.training);

let tf: TensorFlow;
let keras: KerasTraining;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
  keras = await trainInKeras(tf, { networks: ["resnet", "transformer"], steps: 20, batch: 4, draws: 6 });
}, 600_000);
afterAll(() => keras?.close());

it("resnet takes each of twenty steps as Keras does: batch normalization, shortcuts", async () => {
  await expectKerasSteps(keras, { network: "resnet", engine: "graph" });
}, 600_000);

it("transformer takes each of twenty steps as Keras does: attention, layer normalization", async () => {
  await expectKerasSteps(keras, { network: "transformer", engine: "graph" });
}, 600_000);

it("finds a gradient that is half a per cent too large, though every loss is right", async () => {
  const change = (model: LayersModel) => {
    const layer = model.getLayer("block1_conv1");
    const call = layer.call.bind(layer);
    const steeper = tf.customGrad((x) => ({
      value: (x as Tensor).clone(),
      gradFunc: (dy: Tensor) => dy.mul(1.005),
    }));
    layer.call = (inputs, options) => steeper(call(inputs, options) as Tensor);
  };
  const wrong = expectKerasSteps(keras, {
    network: "resnet",
    engine: "graph",
    change,
  });
  await expect(wrong).rejects.toThrow("block1_conv1/kernel");
}, 600_000);
