import { recipeSchema } from "@congruent/core/schemas";
import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { delicateRecipe } from "../testing/striped.js";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint.js";

const checkpoint: Omit<Checkpoint, "callbacks"> = {
  identity: {
    recipe: recipeSchema.parse(delicateRecipe),
    engine: "graph",
    device: "cpu",
    dataset: { name: "striped", sha256: {}, train: 1, validation: 0 },
    weights: [],
  },
  position: { epoch: 1, step: 0, sums: [], seconds: 0, logs: [], stopped: null },
  engine: { step: 0, learningRate: 1, tensors: [] },
};

it("what a callback remembers comes back bit by bit, numbers that JSON does not have too", () => {
  const value = fc.oneof(
    fc.double(),
    fc.constantFrom(-0, Infinity, -Infinity, Number.NaN),
    fc.string(),
    fc.boolean(),
  );
  const values = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.option(value));
  fc.assert(
    fc.property(values, (remembered) => {
      const callbacks = [{ name: "mine", values: { ...remembered }, weights: null }];
      const bytes = Buffer.concat(encodeCheckpoint({ ...checkpoint, callbacks }));
      // toStrictEqual tells 0 from -0.
      expect(decodeCheckpoint(bytes, "file").callbacks).toStrictEqual(callbacks);
    }),
    { seed: 1, numRuns: 300 },
  );
});
