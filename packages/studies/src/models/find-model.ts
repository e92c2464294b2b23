import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { readJson } from "@congruent/core/files";
import {
  type AnyRecipe,
  cardSchema,
  isEstimatorRecipe,
  type Passport,
  parityReportSchema,
  passportSchema,
  resultsSchema,
} from "@congruent/core/schemas";
import { isFitted, readAnyRun, readRunResults } from "@congruent/exporter";
import { runPaths } from "@congruent/run";
import type { FoundModel } from "./found-model.js";

/**
 * A model of models/: what has been promoted, else what the pipeline built, else the runs of its declared seeds.
 *
 * @param models the folder models/
 * @returns null where it has not been trained, exported and scored
 * @throws CongruentError `E_STALE_RESULT` where a score speaks of another file, `E_SCHEMA`
 */
export async function findModel(models: string, name: string, recipe: AnyRecipe): Promise<FoundModel | null> {
  const folder = join(models, name);
  const shipped = await promoted(folder, `models/${name}`, recipe);
  if (shipped) return shipped;
  const pipeline = await findRun(join(folder, "runs", "pipeline"), `models/${name}/runs/pipeline`, recipe);
  if (pipeline) return pipeline;
  return findSeeds(join(folder, "runs"), `models/${name}/runs`, recipe);
}

/**
 * A run directory of a recipe that has been exported and scored.
 *
 * @param source what reports call it
 * @returns null where it is not there, or is a run of what the recipe was before
 */
export async function findRun(
  directory: string,
  source: string,
  recipe: AnyRecipe,
): Promise<FoundModel | null> {
  const paths = runPaths(directory);
  const finished = isEstimatorRecipe(recipe) ? paths.estimator : paths.layers;
  if (![finished, paths.onnx, paths.evaluation].every((path) => existsSync(path))) return null;
  const run = await readAnyRun(directory);
  if (!isDeepStrictEqual(training(run.recipe), training(recipe))) return null;
  const { model, evaluation, heldOut, parity, agreement } = await readRunResults(directory);
  if (!evaluation) return null;
  return {
    source,
    sha256: model.sha256,
    bytes: model.bytes.length,
    environment: run.environment,
    epochs: run.epochs,
    fit: isFitted(run) ? run.fit : null,
    agreement,
    evaluation,
    heldOut,
    seeds: [{ seed: run.recipe.seed, accuracy: evaluation.accuracy }],
    parity: parity && { verdict: parity.verdict, cells: parity.cells },
  };
}

/** The first declared seed's run; the others add their accuracies. */
async function findSeeds(runs: string, source: string, recipe: AnyRecipe): Promise<FoundModel | null> {
  const { seed, seeds = [seed] } = recipe;
  const found = await Promise.all(
    seeds.map((each) => findRun(join(runs, `seed-${each}`), `${source}/seed-${each}`, recipe)),
  );
  const [first] = found;
  if (!first) return null;
  return { ...first, seeds: found.flatMap((run) => run?.seeds ?? []) };
}

async function promoted(folder: string, source: string, recipe: AnyRecipe): Promise<FoundModel | null> {
  if (!existsSync(join(folder, "results.json"))) return null;
  const cardPath = join(folder, "card.json");
  const trainedBy = existsSync(cardPath) ? (await readJson(cardPath, cardSchema)).recipe : undefined;
  // What an older recipe trained is not what the report says.
  if (trainedBy && !isDeepStrictEqual(training(trainedBy), training(recipe))) return null;
  const results = await readJson(join(folder, "results.json"), resultsSchema);
  const passportPath = join(folder, "model.passport.json");
  const passport = existsSync(passportPath) ? await readJson(passportPath, passportSchema) : null;
  const { model, environment, epochs, evaluation, heldOut = null, repeats } = results;
  const { fit = null, agreement = null } = results;
  const own = { seed: environment.seed, accuracy: evaluation.accuracy };
  return {
    source,
    sha256: model.sha256,
    bytes: model.bytes ?? (await sizeOf(folder, model.sha256, passport)),
    environment,
    epochs,
    fit,
    agreement,
    evaluation,
    heldOut,
    seeds: repeats ? repeats.runs.map(({ seed, accuracy }) => ({ seed, accuracy })) : [own],
    // One of another file stands there where a promotion was cut short.
    parity:
      passport?.model.sha256 === model.sha256 ? passport.parity : await builtParity(folder, model.sha256),
  };
}

/** Of a model that is built but not tracked: what the pipeline found for exactly the same file. */
async function builtParity(folder: string, sha256: string): Promise<FoundModel["parity"]> {
  const path = runPaths(join(folder, "runs", "pipeline")).parity;
  const report = existsSync(path) ? await readJson(path, parityReportSchema) : null;
  return report?.model.sha256 === sha256 ? report : null;
}

/** What of a recipe decides the weights; which seed that is, results.json says. */
function training({ description: _, seeds: __, seed: ___, ...rest }: AnyRecipe): object {
  return rest;
}

async function sizeOf(folder: string, sha256: string, passport: Passport | null): Promise<number | null> {
  if (passport?.model.sha256 === sha256) return passport.model.bytes;
  const path = join(folder, "model.onnx");
  return existsSync(path) ? (await stat(path)).size : null;
}
