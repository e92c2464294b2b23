/** @needs export tensorflow */
import { timeLimits } from "@congruent/core/testing";
import { loadTensorFlow } from "@congruent/toolchain";
import { architectures } from "@congruent/zoo";
import { beforeAll, it, jest } from "@jest/globals";
import { engineNames } from "../index.js";
import type { TensorFlow } from "../tensorflow.js";
import { expectKerasSteps } from "../testing/compare-with-keras.js";
import { trainInKeras } from "../testing/keras-steps.js";

jest.setTimeout(timeLimits.training);

let tf: TensorFlow;
beforeAll(async () => {
  tf = await loadTensorFlow({ device: "cpu" });
});

/** The states of the largest take 1.1 GB of the temporary folder. */
it.each(Object.keys(architectures))(
  "%s takes each of twenty steps as Keras does, by every engine",
  async (network) => {
    const keras = await trainInKeras(tf, { networks: [network], steps: 20, batch: 8 });
    try {
      for (const engine of engineNames) await expectKerasSteps(keras, { network, engine });
    } finally {
      await keras.close();
    }
  },
  1_800_000,
);
