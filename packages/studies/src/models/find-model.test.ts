import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256, writeFileAtomic, writeJson } from "@congruent/core/files";
import {
  cardSchema,
  passportSchema,
  type Recipe,
  recipeSchema,
  resultsSchema,
} from "@congruent/core/schemas";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { findModel } from "./find-model.js";

const lenet = fileURLToPath(new URL("../../../../models/lenet/", import.meta.url));
const json = (file: string) => JSON.parse(readFileSync(join(lenet, file), "utf8"));
const results = resultsSchema.parse(json("results.json"));
const { repeats: _, ...once } = results;
const card = cardSchema.parse(json("card.json"));
const passport = passportSchema.parse(json("model.passport.json"));
const recipe = { ...(card.recipe as Recipe), epochs: results.epochs.length };

const parity = {
  schema: "congruent/parity@1",
  inputs: { source: "mnist test", samples: 10 },
  baseline: "node-cpu",
  cells: [],
  verdict: "pass",
  because: "tfjs and node-cpu agree",
};

let models: string;
beforeEach(async () => {
  models = await mkdtemp(join(tmpdir(), "congruent-models-"));
});
afterEach(() => rm(models, { recursive: true, force: true }));
const write = (path: string, value: unknown) => writeJson(join(models, "lenet", path), value);
const find = (asked: Recipe = recipe) => findModel(models, "lenet", asked);

/** A run directory as far as a report reads it; its model.onnx is any bytes. */
async function writeRun(folder: string, seed: number, accuracy: number): Promise<void> {
  const model = new TextEncoder().encode(`model of seed ${seed}`);
  const own = recipeSchema.parse({ ...recipe, seed });
  const { epochs, environment, evaluation } = results;
  await write(`${folder}/recipe.json`, own);
  await write(`${folder}/environment.json`, { ...environment, seed });
  await writeFileAtomic(
    join(models, "lenet", folder, "log.jsonl"),
    epochs.map((log) => JSON.stringify(log)).join("\n"),
  );
  await write(`${folder}/layers/model.json`, {});
  await write(`${folder}/saved_model/x`, {});
  await writeFileAtomic(join(models, "lenet", folder, "model.onnx"), model);
  await write(`${folder}/evaluation.json`, {
    ...evaluation,
    accuracy,
    model: { ...evaluation.model, sha256: sha256(model) },
  });
}

describe("findModel", () => {
  it("finds nothing where nothing has been trained", async () => {
    expect(await find()).toBeNull();
  });

  it("takes what has been promoted, with its passport's parity and size", async () => {
    await write("results.json", once);
    await write("card.json", { ...card, recipe });
    await write("model.passport.json", passport);
    const found = await find();
    expect(found).toMatchObject({
      source: "models/lenet",
      sha256: results.model.sha256,
      bytes: passport.model.bytes,
      evaluation: results.evaluation,
      seeds: [{ seed: results.environment.seed, accuracy: results.evaluation.accuracy }],
      parity: { verdict: passport.parity.verdict },
    });
    expect(found?.epochs).toEqual(results.epochs);
  });

  it("does not take the parity of another file, which a promotion that was cut short leaves", async () => {
    await write("results.json", once);
    await write("card.json", { ...card, recipe });
    await write("model.passport.json", { ...passport, model: { ...passport.model, sha256: "older" } });
    expect((await find())?.parity).toBeNull();
  });

  it("does not take what an older recipe trained", async () => {
    await write("results.json", once);
    await write("card.json", { ...card, recipe });
    expect(await find({ ...recipe, batchSize: recipe.batchSize * 2 })).toBeNull();
    expect(await find({ ...recipe, description: "in other words", seeds: [1, 2] })).not.toBeNull();
  });

  it("takes the pipeline's comparison of the very same file where no passport is tracked", async () => {
    await write("results.json", once);
    await write("card.json", { ...card, recipe });
    const report = { ...parity, model: { path: "model.onnx", name: "lenet", sha256: results.model.sha256 } };
    await write("runs/pipeline/parity.json", report);
    expect((await find())?.parity).toMatchObject({ verdict: "pass" });
    await write("runs/pipeline/parity.json", { ...report, model: { ...report.model, sha256: "other" } });
    expect((await find())?.parity).toBeNull();
  });

  it("gives all declared seeds of what was promoted", async () => {
    const runs = [42, 43].map((seed) => ({ seed, model: { sha256: "" }, accuracy: seed / 100, epochs: [] }));
    await write("results.json", { ...once, repeats: { runs, mean: 0.425, standardDeviation: 0.01 } });
    expect((await find())?.seeds).toEqual([
      { seed: 42, accuracy: 0.42 },
      { seed: 43, accuracy: 0.43 },
    ]);
  });

  it("takes the pipeline's run, else those of the declared seeds, the first one's model", async () => {
    const declared = { ...recipe, seeds: [7, 8, 9] };
    await writeRun("runs/seed-7", 7, 0.97);
    await writeRun("runs/seed-9", 9, 0.99);
    expect(await find(declared)).toMatchObject({
      source: "models/lenet/runs/seed-7",
      parity: null,
      seeds: [
        { seed: 7, accuracy: 0.97 },
        { seed: 9, accuracy: 0.99 },
      ],
    });
    await writeRun("runs/pipeline", 7, 0.95);
    expect(await find(declared)).toMatchObject({ source: "models/lenet/runs/pipeline" });
  });

  it("takes no run of an older recipe", async () => {
    await writeRun("runs/pipeline", 42, 0.95);
    expect(await find({ ...recipe, batchSize: recipe.batchSize * 2 })).toBeNull();
  });

  it("takes no run whose first seed is missing: the model that ships is not chosen by its scores", async () => {
    await writeRun("runs/seed-8", 8, 0.98);
    expect(await find({ ...recipe, seeds: [7, 8] })).toBeNull();
  });
});
