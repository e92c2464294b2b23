import { describe, expect, it } from "@jest/globals";
import { studyRecipe } from "./study-recipe.js";
import { madeUpRecipe } from "./testing/made-up-context.js";

const recipe = madeUpRecipe("cnn", {
  epochs: 20,
  seeds: [42, 43],
  holdOut: { fraction: 0.3, shuffleSeed: 42 },
  subset: { labelCounts: [5, 6], seed: 1, dropFirst: true },
});

describe("studyRecipe", () => {
  it("is the recipe itself for the original", () => {
    expect(studyRecipe(recipe, {}, 2)).toEqual(recipe);
  });

  it("changes the data set alone", () => {
    expect(studyRecipe(recipe, { dataset: "fashion-mnist" }, 2)).toEqual({
      ...recipe,
      dataset: "fashion-mnist",
    });
  });

  it("is small when quick, keeps the study's quirks and trains one seed", () => {
    const { seeds: _, ...once } = recipe;
    expect(studyRecipe(recipe, { quick: true }, 3)).toEqual({
      ...once,
      epochs: 3,
      batchSize: 8,
      subset: { labelCounts: [200, 200, 200], seed: 42, dropFirst: true },
    });
    expect(studyRecipe({ ...recipe, epochs: 1 }, { quick: true }, 3)).toMatchObject({ epochs: 1 });
  });
});
