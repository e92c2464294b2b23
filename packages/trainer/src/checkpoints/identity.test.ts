import { recipeSchema } from "@congruent/core/schemas";
import { expect, it } from "@jest/globals";
import type { TrainingIdentity } from "./checkpoint.js";
import { otherProcessor, refuseOtherTraining } from "./identity.js";

const identity: TrainingIdentity = {
  recipe: recipeSchema.parse({
    schema: "congruent/recipe@1",
    name: "a",
    description: "a",
    dataset: "mnist",
    architecture: "lenet",
    loss: "sparseCategoricalCrossentropy",
    optimizer: { name: "adam" },
    batchSize: 64,
    epochs: 1,
    seed: 1,
  }),
  engine: "graph",
  device: "cpu",
  dataset: { name: "mnist", sha256: {}, train: 10, validation: 0 },
  weights: [],
  threads: 1,
  batchParts: 2,
  kernels: "own",
  instructionSet: "avx2",
  tensorflow: "2.21.0",
};

it("another kind of processor is said and not refused; another choice is refused by its name", () => {
  const elsewhere = { ...identity, instructionSet: "avx512" as const };
  expect(() => refuseOtherTraining(identity, elsewhere, "runs/a")).not.toThrow();
  expect(otherProcessor(identity, elsewhere)).toMatch(/with AVX2, goes on on one with AVX-512/);
  expect(otherProcessor(identity, identity)).toBeNull();
  const { instructionSet: _, ...earlier } = identity;
  expect(otherProcessor(earlier, elsewhere)).toBeNull();
  for (const [field, value] of [
    ["threads", 2],
    ["batchParts", 1],
    ["kernels", "tensorflow"],
  ] as const) {
    expect(() => refuseOtherTraining(identity, { ...identity, [field]: value }, "runs/a")).toThrow(
      expect.objectContaining({ code: "E_CHECKPOINT_MISMATCH", what: expect.stringContaining(field) }),
    );
  }
});
