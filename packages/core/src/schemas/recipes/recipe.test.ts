import { describe, expect, it } from "@jest/globals";
import { checked } from "../../checked.js";
import { recipeSchema } from "./recipe.js";

const recipe = {
  schema: "congruent/recipe@1",
  name: "x",
  description: "x",
  dataset: "mnist",
  architecture: "lenet",
  optimizer: { name: "adam" },
  epochs: 1,
};

describe("a recipe", () => {
  it.each<[object, string]>([
    [{ bachSize: 3 }, 'unknown field "bachSize" (did you mean "batchSize"?)'],
    [{ colour: "red" }, 'unknown field "colour" (there are schema, name'],
    [
      { optimizer: { name: "sgd", learning_rate: 1 } },
      'optimizer: unknown field "learning_rate" (did you mean "learningRate"?)',
    ],
    [{ optimizer: { name: "adam", clipnorm: 1, clipvalue: 1 } }, "at most one of clipnorm"],
    [
      { callbacks: [{ name: "earlyStopping", patiance: 3 }] },
      'callbacks.0: unknown field "patiance" (did you mean "patience"?)',
    ],
    [
      { optimizer: { name: "adm" } },
      'optimizer.name: there is no optimizer called "adm" (did you mean "adam"?)',
    ],
    [{ optimizer: { name: "lion" } }, 'called "lion" (there are adam, adamw, sgd, rmsprop)'],
    [{ optimizer: {} }, "optimizer.name: names no optimizer (there are adam, adamw, sgd, rmsprop)"],
    [{ optimizer: "adam" }, "optimizer: Invalid input"],
    [{ schedule: { name: "cosin" } }, 'no schedule called "cosin" (did you mean "cosine"?)'],
    [
      { callbacks: [{ name: "earlystoping" }] },
      'callbacks.0.name: there is no callback called "earlystoping" (did you mean "earlyStopping"?)',
    ],
    [{ augmentation: { rotation: 1, fillMode: "nearst" } }, 'called "nearst" (did you mean "nearest"?)'],
    [
      { loss: "meanSquareError" },
      'loss: there is no loss called "meanSquareError" (did you mean "meanSquaredError"?)',
    ],
    [{ schedule: { name: "oneCycle", max_lr: 3 } }, '(did you mean "maxLr"?)'],
    [{ optimizer: { name: "adam", ema: { decay: 0.9 } } }, 'optimizer.ema: unknown field "decay"'],
  ])("refuses %j, saying what is meant", (change, said) => {
    expect(() => checked({ ...recipe, ...change }, recipeSchema, "recipe.json")).toThrow(
      expect.objectContaining({ code: "E_SCHEMA", what: expect.stringContaining(said) }),
    );
  });

  it("has Keras' defaults for each optimizer", () => {
    const defaults = (name: string) => recipeSchema.parse({ ...recipe, optimizer: { name } }).optimizer;
    expect(defaults("adam")).toEqual({
      name: "adam",
      learningRate: 1e-3,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-7,
    });
    expect(defaults("adamw")).toMatchObject({ weightDecay: 0.004 });
    expect(defaults("sgd")).toEqual({ name: "sgd", learningRate: 0.01, momentum: 0, nesterov: false });
    expect(defaults("rmsprop")).toMatchObject({ learningRate: 1e-3, rho: 0.9, momentum: 0, centered: false });
  });
});
