import { recipeSchema } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { benchSprint } from "./bench-sprint.js";

const sprint = {
  schema: "congruent/recipe@1",
  name: "sprint",
  description: "for the tests",
  dataset: "mnist",
  architecture: "mlp",
  optimizer: { name: "adam" },
  epochs: 1,
};

describe("a recipe that not all contenders could train by as it is", () => {
  it.each([
    ["another optimizer", { optimizer: { name: "sgd" } }, "sgd"],
    ["another network than the peers'", { parameters: { hidden: [{ units: 8 }] } }, "parameters"],
    ["augmentation", { augmentation: { rotation: 10 } }, "augmentation"],
    [
      "clipping and averages",
      { optimizer: { name: "adam", clipnorm: 1, ema: {} } },
      "optimizer.clipnorm, optimizer.ema",
    ],
    ["another loss", { loss: "meanSquaredError" }, "loss"],
  ])("%s is refused, not left out", async (_, changes, named) => {
    const recipe = recipeSchema.parse({ ...sprint, ...changes });
    await expect(benchSprint({ recipe })).rejects.toMatchObject({
      code: "E_BENCH_RECIPE",
      what: expect.stringContaining(named),
    });
  });
});
