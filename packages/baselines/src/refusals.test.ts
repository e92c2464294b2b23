/** @needs baselines */

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Estimator, estimatorRecipeSchema, estimatorSchema } from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import type { Dataset } from "@congruent/datasets";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { fitEstimator, fitRecipe, readFittedRun, readPredictions } from "./index.js";
import { fewImages } from "./testing.js";

jest.setTimeout(timeLimits.training);

let folder: string;
let images: Dataset;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-baselines-"));
  images = await fewImages();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function refused(given: object, limits: object = {}): Promise<unknown> {
  const estimator: Estimator = estimatorSchema.parse(given);
  const out = await mkdtemp(join(folder, "out"));
  const { train, test } = images;
  return fitEstimator({ estimator, seed: 1, train, test, classes: 10, out, ...limits }).then(
    () => "no refusal",
    (error: unknown) => error,
  );
}

describe("what scikit-learn refuses is said in its words", () => {
  it.each<[object, string, string]>([
    [
      { name: "svc", C: -1 },
      "E_ESTIMATOR_PARAMETERS",
      "The 'C' parameter of SVC must be a float in the range (0.0, inf]",
    ],
    [
      { name: "logisticRegression", maxIter: -5 },
      "E_ESTIMATOR_PARAMETERS",
      "'max_iter' parameter of LogisticRegression",
    ],
    [{ name: "randomForest", nEstimators: 0 }, "E_ESTIMATOR_PARAMETERS", "'n_estimators' parameter"],
    [{ name: "kNeighbors", nNeighbors: 401 }, "E_FIT_DATA", "n_neighbors = 401, n_samples_fit = 400"],
  ])("%j", async (given, code, what) => {
    expect(await refused(given)).toMatchObject({ code, exit: 2, what: expect.stringContaining(what) });
  });

  it("images without one of the classes", async () => {
    const estimator = estimatorSchema.parse({ name: "kNeighbors" });
    const out = await mkdtemp(join(folder, "out"));
    await expect(fitEstimator({ estimator, seed: 1, ...images, classes: 11, out })).rejects.toMatchObject({
      code: "E_FIT_DATA",
      what: expect.stringContaining("label 10"),
    });
  });
});

it("a fit that ended at its limit of iterations says so", async () => {
  const estimator = estimatorSchema.parse({ name: "logisticRegression", maxIter: 3 });
  const out = await mkdtemp(join(folder, "out"));
  const fit = await fitEstimator({ estimator, seed: 1, ...images, classes: 10, out });
  expect(fit).toMatchObject({ converged: false, iterations: 3, parameters: { max_iter: 3 } });
  expect(fit.warnings.join()).toContain("failed to converge after 3 iteration");
});

it("too little memory, too little time, and an interruption have different errors", async () => {
  // The training images alone take 400 x 784 x 8 bytes.
  expect(await refused({ name: "kNeighbors" }, { memoryBytes: 2 ** 20 })).toMatchObject({
    code: "E_FIT_MEMORY",
    exit: 2,
  });
  expect(await refused({ name: "svc" }, { timeoutMs: 50 })).toMatchObject({ code: "E_PYTHON_TIMEOUT" });
  const controller = new AbortController();
  const progress = () => controller.abort("SIGTERM");
  expect(await refused({ name: "svc" }, { signal: controller.signal, progress })).toMatchObject({
    code: "E_INTERRUPTED",
    exit: 143,
  });
});

it("without the Python environment it ends with 3 and says how to get it", async () => {
  const before = process.env.CONGRUENT_HOME;
  process.env.CONGRUENT_HOME = folder;
  try {
    expect(await refused({ name: "svc" })).toMatchObject({
      code: "E_PYTHON_ENV",
      exit: 3,
      fix: expect.stringContaining("--classical"),
    });
  } finally {
    if (before === undefined) delete process.env.CONGRUENT_HOME;
    else process.env.CONGRUENT_HOME = before;
  }
});

it("a run that was interrupted leaves no fitted model, and another one may take its place", async () => {
  const recipe = estimatorRecipeSchema.parse({
    schema: "congruent/estimator-recipe@1",
    name: "few",
    description: "neighbors among few",
    dataset: "mnist",
    estimator: { name: "kNeighbors", nNeighbors: 1 },
  });
  const out = join(folder, "run");
  const signal = AbortSignal.abort("SIGINT");
  await expect(fitRecipe({ recipe, dataset: images, out, signal })).rejects.toMatchObject({
    code: "E_INTERRUPTED",
    exit: 130,
  });
  expect(await readdir(out)).toEqual(["recipe.json"]);
  await expect(readFittedRun(out)).rejects.toMatchObject({ code: "E_RUN_INCOMPLETE" });
  await expect(fitRecipe({ recipe, dataset: images, out })).rejects.toMatchObject({ code: "E_RUN_EXISTS" });
  const run = await fitRecipe({ recipe, dataset: images, out, overwrite: true });
  expect(await readFittedRun(out)).toEqual(run);
  expect(run.environment).toMatchObject({
    engine: "scikit-learn",
    dataset: { train: 400, validation: 0, test: 200 },
  });
  expect(existsSync(join(out, "run.lock"))).toBe(false);
});

it("a file that does not hold predictions is refused", async () => {
  const { writeNpz } = await import("@congruent/datasets");
  const path = join(folder, "predictions.npz");
  await mkdir(folder, { recursive: true });
  await writeFile(path, writeNpz({ label: { dtype: "float32", dims: [1], data: new Float32Array(1) } }));
  await expect(readPredictions(path)).rejects.toMatchObject({ code: "E_PREDICTIONS" });
});
