import { readFileSync } from "node:fs";
import { type Tuning, tuningSchema } from "@congruent/core/schemas";
import { describe, expect, it } from "@jest/globals";
import { spaceOf } from "./space/space.js";
import { finalRecipe, recipeOf, searchOfTuning } from "./tuning.js";
import { withField } from "./with-field.js";

const tuningWith = (change: object = {}, recipe: object = {}): Tuning =>
  tuningSchema.parse({
    schema: "congruent/tuning@1",
    name: "tuned",
    description: "A search",
    recipe: {
      dataset: "mnist",
      architecture: "mlp",
      optimizer: { name: "adam" },
      epochs: 10,
      batchSize: 32,
      ...recipe,
    },
    final: { epochs: 20 },
    space: [
      { type: "int", name: "layers", min: 1, max: 2, path: [] },
      { type: "int", name: "units1", min: 32, max: 512, step: 32, path: "parameters.hidden.0.units" },
      {
        type: "int",
        name: "units2",
        min: 32,
        max: 512,
        step: 32,
        path: "parameters.hidden.1.units",
        when: [{ name: "layers", values: [2] }],
      },
      { type: "choice", name: "optimizer", values: ["adam", "sgd"], path: "optimizer.name" },
    ],
    ...change,
  });

describe("a search as plain data", () => {
  it("puts values into a recipe, with each optimizer's own defaults; what is not there leaves nothing", () => {
    const recipe = recipeOf(tuningWith(), { layers: 1, units1: 96, optimizer: "sgd" });
    expect(recipe).toMatchObject({
      schema: "congruent/recipe@1",
      name: "tuned",
      parameters: { hidden: [{ units: 96 }] },
      optimizer: { name: "sgd", learningRate: 0.01, momentum: 0 },
      epochs: 10,
      batchSize: 32,
    });
    const best = finalRecipe(tuningWith(), { layers: 2, units1: 96, units2: 64, optimizer: "adam" });
    expect(best).toMatchObject({
      epochs: 20,
      parameters: { hidden: [{ units: 96 }, { units: 64 }] },
      optimizer: { name: "adam", learningRate: 0.001 },
    });
  });

  it.each<[string, Tuning, string, RegExp]>([
    [
      "a value that its field does not take",
      tuningWith({
        space: [{ type: "choice", name: "optimizer", values: ["adam", "lion"], path: "optimizer.name" }],
      }),
      "E_SCHEMA",
      /optimizer lion.*optimizer\.name/s,
    ],
    [
      "a value that the network does not take",
      tuningWith({
        space: [
          { type: "float", name: "d", min: 0.5, max: 1, step: 0.5, path: "parameters.hidden.0.dropout" },
        ],
      }),
      "E_SCHEMA",
      /parameters of mlp.*hidden\.0/,
    ],
    [
      "a field that a recipe does not have",
      tuningWith({ space: [{ type: "int", name: "epoch", min: 1, max: 2 }] }),
      "E_SCHEMA",
      /unknown field "epoch" \(did you mean "epochs"\?\)/,
    ],
    [
      "a path through a value",
      tuningWith({ space: [{ type: "int", name: "x", min: 1, max: 2, path: "epochs.x" }] }),
      "E_SPACE_PATH",
      /leads through 10/,
    ],
    [
      "a path past the end of a list",
      tuningWith({ space: [{ type: "int", name: "x", min: 1, max: 2, path: "parameters.hidden.1.units" }] }),
      "E_SPACE_PATH",
      /not a position in a list of 0/,
    ],
    ["an unknown sampler", tuningWith({ sampler: { name: "bayes" } }), "E_SAMPLER", /"bayes"/],
    [
      "an unknown option of a sampler",
      tuningWith({ sampler: { name: "tpe", gama: 1 } }),
      "E_SCHEMA",
      /"gama"/,
    ],
    ["no values", tuningWith({ space: [] }), "E_SPACE_EMPTY", /no hyper-parameters/],
    ["a final change that does not fit", tuningWith({ final: { epochs: 0 } }), "E_SCHEMA", /epochs/],
    [
      "choosing by the test images",
      tuningWith({}, { validationSplit: "test" }),
      "E_TEST_MONITORED",
      /the test images would decide/,
    ],
  ])("%s is refused before any trial", (_, tuning, code, said) => {
    expect(() => searchOfTuning(tuning)).toThrow(
      expect.objectContaining({ code, exit: 2, what: expect.stringMatching(said) }),
    );
  });

  it("says which fields the epochs will log: an objective without a validation split is refused by openSearch", () => {
    expect(searchOfTuning(tuningWith()).logged).toContain("valAccuracy");
    expect(searchOfTuning(tuningWith({}, { validationSplit: 0 })).logged).not.toContain("valAccuracy");
  });

  it("study D's search is as the study says", () => {
    const file = new URL("../../../models/mlp-tuned/tuning.json", import.meta.url);
    const tuning = tuningSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    const { space, logged } = searchOfTuning(tuning);
    const { hyperparameters, domain } = spaceOf(space);
    expect(hyperparameters.map(({ name }) => [name, domain(name).values()])).toEqual([
      ...[1, 2].flatMap((layer) => [
        [`units${layer}`, Array.from({ length: 16 }, (_, i) => 32 * (i + 1))],
        [`dropout${layer}`, [0.1, 0.2, 0.3, 0.4, 0.5]],
        [`l2_${layer}`, [0.01, 0.1, 1]],
      ]),
      ["optimizer", ["adam", "sgd", "rmsprop"]],
    ]);
    expect(logged).toContain("valAccuracy");
    expect(tuning).toMatchObject({
      sampler: { name: "random" },
      objective: "valAccuracy",
      maxTrials: 10,
      executionsPerTrial: 2,
      seed: 42,
    });
    const layers = (l2: number) => ({
      units1: 64,
      dropout1: 0.1,
      l2_1: l2,
      units2: 32,
      dropout2: 0.5,
      l2_2: 1,
    });
    const trial = recipeOf(tuning, { ...layers(0.1), optimizer: "rmsprop" });
    expect(trial).toMatchObject({
      epochs: 10,
      batchSize: 32,
      // The last 20 %, unshuffled.
      validationSplit: 0.2,
      seed: 42,
      optimizer: { name: "rmsprop", learningRate: 0.001, rho: 0.9 },
      parameters: {
        hidden: [
          { units: 64, dropout: 0.1, l2: 0.1 },
          { units: 32, dropout: 0.5, l2: 1 },
        ],
      },
    });
    expect(finalRecipe(tuning, { ...layers(0.1), optimizer: "rmsprop" })).toMatchObject({
      epochs: 20,
      batchSize: 32,
    });
  });

  it("changes fields of copies only, and never a prototype", () => {
    const data = { a: { b: [1] } };
    expect(withField(data, "a.b.1", 2)).toEqual({ a: { b: [1, 2] } });
    expect(withField(data, "a.b.0", 2)).toEqual({ a: { b: [2] } });
    expect(data).toEqual({ a: { b: [1] } });
    const changed = withField({}, "__proto__.polluted", true);
    expect(Object.hasOwn(changed, "__proto__")).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
