import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { environmentSchema, recipeSchema } from "@congruent/core/schemas";
import { type Dataset, partition, type Split } from "@congruent/datasets";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  createRunDirectory,
  environmentOf,
  isRunDirectory,
  lockRun,
  readLog,
  readRun,
  recipeLogs,
  recipeMetrics,
  runPaths,
} from "./index.js";

const recipe = recipeSchema.parse({
  schema: "congruent/recipe@1",
  name: "small",
  description: "two epochs",
  dataset: "squares",
  architecture: "lenet",
  optimizer: { name: "adam" },
  epochs: 2,
  validationSplit: 0.25,
  seed: 7,
});

const split = (count: number): Split => ({
  images: { data: new Uint8Array(count * 4), dims: [count, 2, 2, 1], dtype: "uint8" },
  labels: Uint8Array.from({ length: count }, (_, i) => i % 2),
});

const dataset: Dataset = {
  name: "squares",
  title: "Squares",
  labels: ["none", "one"],
  height: 2,
  width: 2,
  channels: 1,
  foreground: "light",
  license: "CC0-1.0",
  sha256: { "squares.npz": "ab" },
  train: split(8),
  test: split(3),
};

const environment = environmentOf({
  ...{ engine: "graph", device: "cpu", seed: 7, batchParts: 1, threads: 2, dataset },
  parts: partition(dataset, recipe),
  versions: { tensorflow: "2.9.1" },
});

const epoch = (number: number) =>
  JSON.stringify({ epoch: number, steps: 1, seconds: 0.5, examplesPerSecond: 12, loss: 1 / number });

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "congruent-run-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** What a finished training of two epochs leaves. */
async function writeRun(changes: { epochs?: number[]; seed?: number } = {}): Promise<void> {
  const { epochs = [1, 2], seed = 7 } = changes;
  const paths = runPaths(directory);
  await writeFile(paths.recipe, JSON.stringify(recipe));
  await writeFile(paths.environment, JSON.stringify({ ...environment, seed }));
  await writeFile(paths.log, `${epochs.map(epoch).join("\n")}\n`);
  for (const folder of [paths.savedModel, paths.layers]) await mkdir(folder);
}

describe("a run directory", () => {
  it("is read as it was written", async () => {
    await writeRun();
    const run = await readRun(directory);
    expect(run.recipe).toEqual(recipe);
    expect(run.environment).toEqual(environment);
    expect(run.epochs.map(({ loss }) => loss)).toEqual([1, 0.5]);
  });

  it.each(["recipe", "environment", "log", "layers", "savedModel"] as const)(
    "is not finished without its %s",
    async (part) => {
      await writeRun();
      const path = runPaths(directory)[part];
      await rm(path, { recursive: true });
      await expect(readRun(directory)).rejects.toMatchObject({
        code: "E_RUN_INCOMPLETE",
        what: expect.stringContaining(basename(path)),
      });
    },
  );

  it.each([
    ["is not there", (path: string) => path, /does not exist/, /congruent train RECIPE/],
    [
      "is a file",
      async (path: string) => {
        await writeFile(path, "");
        return path;
      },
      /it is a file/,
      /congruent train RECIPE/,
    ],
    [
      "holds something else",
      async (path: string) => {
        await mkdir(path);
        await writeFile(join(path, "notes.txt"), "");
        return path;
      },
      /recipe\.json is not in it/,
      /congruent train RECIPE/,
    ],
    [
      "holds a tfjs model",
      async (path: string) => {
        await mkdir(path);
        await writeFile(join(path, "model.json"), "{}");
        return path;
      },
      /a tfjs model/,
      /exportModel/,
    ],
  ])("a folder that %s is no run to continue", async (_, make, what, fix) => {
    const path = await make(join(directory, "other"));
    await expect(readRun(path)).rejects.toMatchObject({
      code: "E_RUN_INCOMPLETE",
      what: expect.stringMatching(what),
      fix: expect.stringMatching(fix),
    });
  });

  it.each([
    { what: "an epoch is missing", changes: { epochs: [1] } },
    { what: "an epoch is there twice", changes: { epochs: [1, 1] } },
    { what: "the seed is another", changes: { seed: 8 } },
  ])("is refused where $what", async ({ changes }) => {
    await writeRun(changes);
    await expect(readRun(directory)).rejects.toMatchObject({ code: "E_RUN_MIXED" });
  });

  it("may have fewer epochs where a callback ended the training", async () => {
    await writeRun({ epochs: [1] });
    const stopped = { epoch: 1, reason: "no better" };
    await writeFile(runPaths(directory).environment, JSON.stringify({ ...environment, stopped }));
    expect((await readRun(directory)).epochs).toHaveLength(1);
  });

  it("is replaced only when asked", async () => {
    await writeRun();
    await expect(createRunDirectory(directory, false)).rejects.toMatchObject({ code: "E_RUN_EXISTS" });
    expect(await readdir(directory)).toHaveLength(5);
    await createRunDirectory(directory, true);
    expect(await readdir(directory)).toEqual([]);
  });

  it("is not taken for one because a model's folder holds a recipe", async () => {
    await writeRun();
    expect(await isRunDirectory(directory)).toBe(true);
    await writeFile(join(directory, "card.json"), "{}");
    expect(await isRunDirectory(directory)).toBe(false);
    await expect(createRunDirectory(directory, true)).rejects.toMatchObject({ code: "E_RUN_EXISTS" });
  });

  it("is locked for one training at a time", async () => {
    const unlock = await lockRun(directory);
    await expect(lockRun(directory)).rejects.toMatchObject({
      code: "E_RUN_LOCKED",
      what: expect.stringContaining(String(process.pid)),
    });
    await unlock();
    await (await lockRun(directory))();
    expect(await readdir(directory)).toEqual([]);
  });
});

it("a line of a log that is damaged is named", async () => {
  const path = join(directory, "log.jsonl");
  await writeFile(path, `${epoch(1)}\n{"epoch":\n`);
  await expect(readLog(path)).rejects.toMatchObject({ code: "E_JSON", what: `${path}:2 is not JSON` });
  await writeFile(path, `${epoch(0)}\n`);
  await expect(readLog(path)).rejects.toMatchObject({
    code: "E_SCHEMA",
    what: expect.stringContaining(`${path}:1`),
  });
});

it("the environment says how the data set was divided, and obeys its schema", () => {
  expect(environment.dataset).toMatchObject({ train: 6, validation: 2, heldOut: 0, test: 3 });
  expect(environment).toMatchObject({ seed: 7, batchParts: 1, threads: 2 });
  expect(environment.versions).toEqual({ node: process.versions.node, tensorflow: "2.9.1" });
  expect(environmentSchema.parse(JSON.parse(JSON.stringify(environment)))).toEqual(environment);
});

it("the fields of a log follow from the recipe", () => {
  expect(recipeMetrics({ loss: "categoricalCrossentropy" })).toEqual(["accuracy", "crossEntropy"]);
  expect(recipeLogs({ loss: "meanSquaredError", validationSplit: "test" })).toEqual([
    ...["loss", "accuracy", "learningRate"],
    ...["valLoss", "valAccuracy"],
  ]);
});
