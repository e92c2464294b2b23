import { loadTensorFlow } from "@congruent/toolchain";
import { afterAll, beforeAll, it } from "@jest/globals";
import { expectKerasSteps } from "./testing/compare-with-keras.js";
import { type KerasTraining, trainInKeras } from "./testing/keras-steps.js";

let keras: KerasTraining;
beforeAll(async () => {
  const tf = await loadTensorFlow({ device: "cpu" });
  keras = await trainInKeras(tf, { networks: ["resnet", "transformer"], steps: 20, batch: 6 });
}, 600_000);
afterAll(() => keras?.close());

it("resnet takes each of twenty steps as Keras does: batch normalisation, shortcuts", async () => {
  await expectKerasSteps(keras, { network: "resnet", engine: "graph", still: /_conv2\/bias/ });
}, 600_000);

it("transformer takes each of twenty steps as Keras does: attention, layer normalisation", async () => {
  await expectKerasSteps(keras, { network: "transformer", engine: "graph", still: /key_bias/ });
}, 600_000);
