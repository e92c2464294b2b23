/** @needs tensorflow */

import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recipeSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { loadDataset } from "@congruent/datasets";
import { expect, it, jest } from "@jest/globals";
import { train } from "../index.js";
import { refuseChoosingByTest } from "./refuse-choosing-by-test.js";

jest.setTimeout(timeLimits.training);

const recipeWith = (validationSplit: unknown, callback: object) =>
  recipeSchema.parse({
    schema: "congruent/recipe@1",
    name: "peeking",
    description: "A recipe that chooses by its test images",
    dataset: "mnist",
    architecture: "mlp512",
    optimizer: { name: "adam" },
    epochs: 1,
    validationSplit,
    callbacks: [callback],
  });

it.each([
  { name: "earlyStopping" },
  { name: "earlyStopping", monitor: "val_accuracy", restoreBestWeights: true },
  { name: "reduceLROnPlateau", monitor: "valLoss" },
])("test images decide nothing: %j", (callback) => {
  const named = callback.restoreBestWeights ? "restores the best weights" : (callback.monitor ?? "valLoss");
  expect(() => refuseChoosingByTest(recipeWith("test", callback))).toThrow(
    expect.objectContaining({
      code: "E_TEST_MONITORED",
      exit: 2,
      what: expect.stringMatching(new RegExp(`validationSplit is "test", and ${callback.name} .*${named}`)),
    }),
  );
  expect(() => refuseChoosingByTest(recipeWith(0.1, callback))).not.toThrow();
});

it.each([{ monitor: "loss", restoreBestWeights: true }, { monitor: "accuracy" }])(
  "what is trained on may decide: %j",
  (callback) => {
    const recipe = recipeWith("test", { name: "earlyStopping", ...callback });
    expect(() => refuseChoosingByTest(recipe)).not.toThrow();
  },
);

it("a training is refused before it leaves anything behind", async () => {
  const folder = await mkdtemp(join(tmpdir(), "congruent-peek-"));
  const out = join(folder, "run");
  const dataset = await loadDataset("mnist");
  const training = train({ recipe: recipeWith("test", { name: "earlyStopping" }), dataset, out });
  await expect(training).rejects.toMatchObject({ code: "E_TEST_MONITORED" });
  expect(existsSync(out)).toBe(false);
  await rm(folder, { recursive: true });
});
