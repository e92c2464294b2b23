/** @needs export tensorflow */
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { LayersModel } from "../tensorflow.js";
import { expectKerasSteps } from "../testing/compare-with-keras.js";
import { type KerasTraining, trainInKeras } from "../testing/keras-steps.js";

jest.setTimeout(timeLimits.training);

let keras: KerasTraining;
beforeAll(async () => {
  const tf = await loadTensorFlow({ device: "cpu" });
  keras = await trainInKeras(tf, { networks: ["lenet", "mlp"], steps: 20, batch: 16, draws: 6 });
}, 600_000);
afterAll(() => keras?.close());

/** The larger networks are in files of their own. */
it.each([
  ["lenet", "graph"],
  ["lenet", "eager"],
  ["mlp", "graph"],
  ["mlp", "eager"],
] as const)(
  "%s takes each of twenty steps as Keras does, by the %s engine",
  async (network, engine) => {
    await expectKerasSteps(keras, { network, engine });
  },
  600_000,
);

describe("a step that is slightly wrong is found:", () => {
  it("Adam with another epsilon", async () => {
    const wrong = expectKerasSteps(keras, { network: "mlp", engine: "graph", optimizer: { epsilon: 1e-6 } });
    await expect(wrong).rejects.toThrow("toBeLess");
  }, 600_000);

  it("a regularizer that is left out", async () => {
    const change = (model: LayersModel) => {
      (model.layers[2] as unknown as { _losses: unknown[] })._losses = [];
    };
    const wrong = expectKerasSteps(keras, { network: "mlp", engine: "graph", change });
    await expect(wrong).rejects.toThrow("toBeLess");
  }, 600_000);
});
