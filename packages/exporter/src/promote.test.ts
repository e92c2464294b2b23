/** @needs tensorflow */

import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rows } from "@congruent/core";
import { readJson, sha256, writeJson } from "@congruent/core/files";
import {
  blankCell,
  type Evaluation,
  parityReportSchema,
  type Recipe,
  recipeSchema,
  resultsSchema,
} from "@congruent/core/schemas";
import { timeLimits } from "@congruent/core/testing";
import { type Dataset, loadDataset, type Split } from "@congruent/datasets";
import { readRun, runPaths } from "@congruent/run";
import { train } from "@congruent/trainer";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { exportRun, promote } from "./index.js";

jest.setTimeout(timeLimits.training);

const TEST_IMAGES = 20;
const recipe = recipeSchema.parse({
  schema: "congruent/recipe@1",
  name: "tiny",
  description: "An MLP on 100 images",
  dataset: "mnist",
  architecture: "mlp",
  optimizer: { name: "adam" },
  epochs: 1,
  seed: 5,
  seeds: [5, 6, 7],
});
/** Of 20 test images; chosen so that another seed than the first declared one is the best. */
const RIGHT: Record<number, number> = { 5: 12, 6: 16, 7: 14 };

let folder: string;
let dataset: Dataset;
const at = (name: string) => join(folder, name);
const seeds = (...numbers: number[]) => numbers.map((seed) => at(`seed-${seed}`));
const to = (models: string, [run = "", ...repeats]: string[]) =>
  promote({ run, repeats, models: at(models), dataset });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "congruent-promote-"));
  const mnist = await loadDataset("mnist");
  const first = ({ images, labels }: Split, count: number): Split => ({
    images: rows(images, 0, count),
    labels: labels.subarray(0, count),
  });
  dataset = { ...mnist, train: first(mnist.train, 100), test: first(mnist.test, TEST_IMAGES) };
  await train({ recipe, dataset, out: at("seed-5") });
  await exportRun({ run: at("seed-5") });
  await score("seed-5");
  await writeParity("seed-5");
  for (const seed of [6, 7, 8]) await repeated(`seed-${seed}`, { seed });
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The run of seed 5 again, as if its recipe had been another one. */
async function repeated(name: string, change: Partial<Recipe>): Promise<void> {
  await cp(at("seed-5"), at(name), { recursive: true });
  const paths = runPaths(at(name));
  const { recipe: own, environment } = await readRun(at("seed-5"));
  await writeJson(paths.recipe, { ...own, ...change });
  await writeJson(paths.environment, { ...environment, seed: change.seed ?? own.seed });
  await score(name);
}

/** What `congruent evaluate` would write; only what promote reads of it is meant. */
async function score(
  name: string,
  samples = TEST_IMAGES,
  mistakes: Evaluation["mistakes"] = [],
): Promise<void> {
  const paths = runPaths(at(name));
  const { recipe: own } = await readRun(at(name));
  const none = { precision: 0, recall: 0, f1: 0, support: 0 };
  const accuracy = (RIGHT[own.seed] ?? 20) / TEST_IMAGES;
  await writeJson(paths.evaluation, {
    schema: "congruent/evaluation@1",
    model: { path: paths.onnx, sha256: sha256(await readFile(paths.onnx)), name: "tiny" },
    dataset: { name: "mnist", split: "test", samples },
    runtime: "node-cpu",
    versions: {},
    accuracy,
    report: { classes: [], accuracy, macro: none, weighted: none },
    confusion: [],
    labels: [],
    mistakes,
    seconds: 0,
  } satisfies Evaluation);
}

async function writeParity(name: string): Promise<void> {
  const paths = runPaths(at(name));
  const report = parityReportSchema.parse({
    schema: "congruent/parity@1",
    model: { path: paths.onnx, sha256: sha256(await readFile(paths.onnx)), name: "tiny" },
    inputs: { source: "mnist test", samples: TEST_IMAGES },
    baseline: "tfjs",
    cells: [{ ...blankCell({ runtime: "node-cpu", browser: null }), status: "pass", samples: TEST_IMAGES }],
    verdict: "pass",
    because: "tfjs and node-cpu agree",
  });
  await writeJson(paths.parity, report);
}

describe("promote with the runs of all declared seeds", () => {
  it("ships the first declared seed's model, whichever scored best, and reports all, in the declared order", async () => {
    const { directory } = await to("all", seeds(7, 5, 6));
    const { repeats, evaluation, environment } = await readJson(
      join(directory, "results.json"),
      resultsSchema,
    );
    expect(environment.seed).toBe(5);
    expect(evaluation.accuracy).toBe(0.6);
    expect(repeats?.runs.map(({ seed, accuracy }) => [seed, accuracy])).toEqual([
      [5, 0.6],
      [6, 0.8],
      [7, 0.7],
    ]);
    // 0.6, 0.8, 0.7: the mean is 0.7, the deviations ∓0.1 and 0, so the sample's variance is 0.02 / 2.
    expect(repeats?.mean).toBeCloseTo(0.7, 12);
    expect(repeats?.standardDeviation).toBeCloseTo(0.1, 12);
    expect((await readJson(join(directory, "recipe.json"), recipeSchema)).seed).toBe(5);
  });

  it.each<[string, number[], RegExp]>([
    ["one is missing", [5, 6], /have the seeds 5, 6; the recipe declares 5, 6, 7/],
    ["the best alone", [6], /have the seeds 6; the recipe declares 5, 6, 7/],
    ["one that was not declared", [5, 6, 8], /have the seeds 5, 6, 8; the recipe declares 5, 6, 7/],
    ["one too many", [5, 6, 7, 8], /have the seeds 5, 6, 7, 8;/],
    ["one twice", [5, 6, 7, 7], /have the seeds 5, 6, 7, 7;/],
  ])("refused: %s", async (_, given, what) => {
    await expectRefused(seeds(...given), what);
  });

  it("refused: a run of another recipe among them, whatever its seed", async () => {
    await repeated("longer", { seed: 7, batchSize: 32 });
    await expectRefused([...seeds(5, 6), at("longer")], /longer and .*seed-5 were not trained by one recipe/);
    await repeated("fewer", { seed: 7, seeds: [7] });
    await expectRefused([...seeds(5, 6), at("fewer")], /not trained by one recipe/);
  });

  it("refused: a run that is scored on a part of the test set, or of another data set, or not at all", async () => {
    await repeated("part", { seed: 7 });
    await score("part", TEST_IMAGES - 1);
    await expectRefused([...seeds(5, 6), at("part")], /19 test images of mnist/);
    await repeated("unscored", { seed: 7 });
    await rm(runPaths(at("unscored")).evaluation);
    await expectRefused(
      [...seeds(5, 6), at("unscored")],
      /unscored lacks the result of .*congruent evaluate/,
    );
  });

  it("refused: the shipped run is not compared; that of another seed need not be", async () => {
    await repeated("uncompared", { seed: 5 });
    await rm(runPaths(at("uncompared")).parity);
    await expectRefused(
      [at("uncompared"), ...seeds(6, 7)],
      /uncompared lacks the result of .*congruent parity/,
    );
    await rm(runPaths(at("seed-6")).parity, { force: true });
    await expect(to("uncompared-repeat", seeds(5, 6, 7))).resolves.toBeDefined();
  });
});

describe("promote --again", () => {
  const mistake = (index: number, predicted: number) => ({ index, label: 7, predicted, probability: 0.5 });
  /** The shipped run, exported again: it is as good, and wrong on these images. */
  async function exportedAgain(name: string, mistakes: Evaluation["mistakes"]) {
    await repeated(name, { seed: 5 });
    await score(name, TEST_IMAGES, mistakes);
    await writeParity(name);
    return promote({ run: at(name), models: at("again"), dataset, again: true });
  }
  const shipped = [mistake(3, 2), mistake(11, 1)];

  beforeAll(async () => {
    await repeated("wrong", { seed: 5 });
    await score("wrong", TEST_IMAGES, shipped);
    await writeParity("wrong");
    await to("again", [at("wrong"), ...seeds(6, 7)]);
  });

  it("puts the same decisions in the place of the old file, and keeps what is known of other seeds", async () => {
    const { directory, passport } = await exportedAgain("same", shipped.toReversed());
    const { repeats, evaluation } = await readJson(join(directory, "results.json"), resultsSchema);
    expect(evaluation.mistakes).toEqual(shipped.toReversed());
    expect(repeats?.runs.map(({ seed }) => seed)).toEqual([5, 6, 7]);
    // The network has no convolution.
    expect(passport.rewrites).toEqual([]);
  });

  it.each([
    [
      "another image",
      [mistake(3, 2), mistake(12, 1)],
      /on 2 images: test image 11 is 7, and was 1; test image 12 is 1/,
    ],
    ["another digit", [mistake(3, 2), mistake(11, 9)], /on 1 image: test image 11 is 9, and was 1$/],
    ["fewer images", [mistake(3, 2)], /test image 11 is 7, and was 1/],
  ])("refused: as accurate, and wrong on %s", async (_, mistakes, what) => {
    const before = await readFile(join(at("again"), "tiny", "results.json"));
    await expect(exportedAgain("other", mistakes)).rejects.toMatchObject({
      code: "E_PROMOTE",
      what: expect.stringMatching(what),
    });
    expect(await readFile(join(at("again"), "tiny", "results.json"))).toEqual(before);
  });
});

/** Refused with E_PROMOTE, before anything is written. */
async function expectRefused(runs: string[], what: RegExp): Promise<void> {
  await expect(to("refused", runs)).rejects.toMatchObject({
    code: "E_PROMOTE",
    exit: 2,
    what: expect.stringMatching(what),
  });
  expect(existsSync(at("refused"))).toBe(false);
}
