/** @needs tensorflow baselines */

import { readFile, writeFile } from "node:fs/promises";
import { agreementSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { beforeAll, describe, expect, it, jest } from "@jest/globals";
import { commandLine } from "../testing/command-line.js";

jest.setTimeout(timeLimits.training);

const recipe = {
  schema: "congruent/estimator-recipe@1",
  name: "few-neighbors",
  description: "neighbors among 300 images",
  dataset: "mnist",
  estimator: { name: "kNeighbors", nNeighbors: 3 },
  subset: { labelCounts: Array(10).fill(30), seed: 1, dropFirst: true },
};

const { at, congruent } = commandLine();
beforeAll(() => writeFile(at("recipe.json"), JSON.stringify(recipe)));

describe("a classical model from the command line", () => {
  it("is trained, exported, compared with scikit-learn and evaluated by the verbs of networks", async () => {
    const trained = await congruent(
      "train",
      "recipe.json",
      "--out",
      "run",
      "--set",
      "estimator.nNeighbors=1",
      "--json",
    );
    expect(trained.exitCode).toBe(0);
    expect(JSON.parse(trained.stdout)).toMatchObject({
      run: "run",
      recipe: { estimator: { name: "kNeighbors", nNeighbors: 1 } },
      fit: { class: "KNeighborsClassifier", facts: { images: 300 } },
      model: null,
    });
    const exported = await congruent("export", "run", "--json");
    expect(JSON.parse(exported.stdout)).toMatchObject({
      card: { recipe: { name: "few-neighbors" }, outputs: ["label", "probabilities"] },
    });
    const agreed = await congruent("agreement", "run", "--json", "--report", "agreement.json");
    expect(agreed.exitCode).toBe(0);
    const found = agreementSchema.parse(JSON.parse(agreed.stdout));
    expect(found).toMatchObject({ verdict: "pass", dataset: { samples: 9999 }, disagreements: [] });
    expect(JSON.parse(await readFile(at("agreement.json"), "utf8"))).toEqual(found);
    const scored = await congruent("evaluate", "run/model.onnx", "--json");
    expect(JSON.parse(scored.stdout)).toMatchObject({
      accuracy: found.accuracy.source,
      dataset: { samples: 9999 },
    });
  }, 240_000);

  it.each([
    [["train", "recipe.json", "--resume"], "E_TRAIN_OPTION"],
    [["train", "recipe.json", "--engine", "eager"], "E_TRAIN_OPTION"],
    [["train", "recipe.json", "--epochs", "3"], 'unknown field "epochs"'],
    [
      ["train", "recipe.json", "--set", "estimator.nNeighbors=0", "--out", "none"],
      "'n_neighbors' parameter of KNeighborsClassifier",
    ],
    [
      ["train", "recipe.json", "--set", "estimator.neighbours=3"],
      'unknown field "neighbours" (did you mean "nNeighbors"?)',
    ],
    [["train", "recipe.json", "--out", "run"], "E_RUN_EXISTS"],
    [["summary", "recipe.json"], "E_NOT_A_NETWORK"],
    [["export", "run", "--via", "tf2onnx"], "E_EXPORTER"],
    [["agreement", "run", "--report", "x.pdf"], "E_REPORT_FORMAT"],
    [["promote", "run"], "E_PROMOTE"],
  ])(
    "%j is refused",
    async (args, said) => {
      const { exitCode, stderr } = await congruent(...args);
      expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(said) });
    },
    60_000,
  );
});
