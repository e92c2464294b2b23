import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { readJson } from "@congruent/core/files";
import {
  type AnyRecipe,
  anyRecipeSchema,
  inferBenchSchema,
  isEstimatorRecipe,
  type Recipe,
  type Tuning,
  type TuningResults,
  tuningResultsSchema,
  tuningSchema,
} from "@congruent/core/schemas";
import { type Dataset, type Partition, partition, type Split } from "@congruent/datasets";
import { loadTensorFlow } from "@congruent/toolchain";
import { type ModelSummary, networkOf, summarize } from "@congruent/zoo";
import { augmentedImages } from "./augmented.js";
import { csvFiles, type StudyFiles } from "./csv-files.js";
import { changedRun, type GatherOptions, isOriginal } from "./gather-options.js";
import { findModel, findRun } from "./models/find-model.js";
import type { FoundModel } from "./models/found-model.js";
import { searchPaths } from "./search-paths.js";
import type { ModelPlan, Study, StudyContext, StudyModel } from "./study.js";
import { QUICK_SEARCH, STUDIED, studyRecipe } from "./study-recipe.js";

/** Finds everything that a study's report is made of. Trains nothing; what is not there is missing. */
export async function gatherStudy(study: Study, options: GatherOptions): Promise<StudyContext> {
  const { dataset, quick } = options;
  const models: StudyModel[] = [];
  for (const plan of study.models) models.push(await gatherModel(study, plan, options));
  const model = (name: string) => {
    const found = models.find((each) => each.name === name);
    if (!found) throw new Error(`study ${study.name} has no model ${name}`);
    return found;
  };
  const parts = partitions(dataset, models);
  return {
    study,
    dataset,
    quick,
    original: isOriginal(options),
    models,
    model,
    parts,
    augmented: await augmentedOf(study, models, parts, dataset.labels.length),
    search: await searchOf(study, options),
    inference: options.latency === undefined ? null : await readJson(options.latency, inferBenchSchema),
    files: await filesOf(study, models, options),
  };
}

async function augmentedOf(
  { augmented }: Study,
  models: readonly StudyModel[],
  parts: StudyContext["parts"],
  classes: number,
): Promise<Split | null> {
  const model = models.find(({ name }) => name === augmented);
  if (!model?.recipe || isEstimatorRecipe(model.recipe)) return null;
  return augmentedImages(model.recipe, parts(model).train, classes);
}

async function searchOf({ searched }: Study, options: GatherOptions): Promise<TuningResults | null> {
  if (searched === undefined) return null;
  const paths = searchPaths(searched, options);
  if (!existsSync(paths.results)) return null;
  const results = await readJson(paths.results, tuningResultsSchema);
  const tuning = await readJson(paths.tuning, tuningSchema);
  return isSearchOf(results, tuning, options) ? results : null;
}

/** Whether results are of the search as it is described now; those of an older one are not what the report says. */
function isSearchOf(results: TuningResults, tuning: Tuning, { quick }: GatherOptions): boolean {
  const asked = {
    space: tuning.space,
    sampler: tuning.sampler.name,
    seed: tuning.seed,
    executionsPerTrial: quick ? QUICK_SEARCH.executions : tuning.executionsPerTrial,
  };
  const { space, sampler, seed, executionsPerTrial } = results;
  return isDeepStrictEqual({ space, sampler: sampler.name, seed, executionsPerTrial }, asked);
}

async function filesOf(
  study: Study,
  models: readonly StudyModel[],
  { dataset, runs }: GatherOptions,
): Promise<StudyFiles | null> {
  const subset = models.find(({ name }) => name === study.csv)?.recipe?.subset;
  return subset ? csvFiles(dataset, subset, join(runs, "csv")) : null;
}

async function gatherModel(study: Study, plan: ModelPlan, options: GatherOptions): Promise<StudyModel> {
  const { home, dataset, source, quick } = options;
  const { name } = plan;
  const path =
    name === study.searched ? searchPaths(name, options).recipe : join(home, "models", name, "recipe.json");
  const own = existsSync(path) ? await readJson(path, anyRecipeSchema) : null;
  const original = isOriginal(options);
  const recipe = own && studyRecipe(own, { dataset: source, quick }, dataset.labels.length);
  const built = existsSync(join(home, "models", name, "package.json"));
  const command = original
    ? built
      ? `npx congruent pipeline ${name}`
      : `npx congruent study ${study.name}`
    : `npx congruent study ${study.name}${quick ? " --quick" : ""}${dataset.name === STUDIED ? "" : ` --dataset ${source}`}`;
  return {
    plan,
    name,
    recipe,
    summary: recipe && !isEstimatorRecipe(recipe) ? await summaryOf(recipe, dataset) : null,
    found: recipe && (await findFor(name, recipe, options, original)),
    command,
  };
}

async function findFor(
  name: string,
  recipe: AnyRecipe,
  { home, runs, dataset, quick }: GatherOptions,
  original: boolean,
): Promise<FoundModel | null> {
  if (original) return findModel(join(home, "models"), name, recipe);
  const run = changedRun(dataset.name, quick, name);
  return findRun(join(runs, run), run, recipe);
}

async function summaryOf(recipe: Recipe, dataset: Dataset): Promise<ModelSummary> {
  const tf = await loadTensorFlow({ device: "cpu" });
  const model = networkOf(recipe).build(tf, { classes: dataset.labels.length });
  try {
    return summarize(model);
  } finally {
    model.dispose();
  }
}

/** Divides the data set once for each recipe that is asked for. */
function partitions(dataset: Dataset, models: readonly StudyModel[]): (model: StudyModel) => Partition {
  const known = new Map<string, Partition>();
  return (model) => {
    const recipe = model.recipe ?? models.find((each) => each.recipe)?.recipe;
    const { subset, holdOut } = recipe ?? {};
    const validationSplit = recipe && !isEstimatorRecipe(recipe) ? recipe.validationSplit : 0;
    const key = JSON.stringify([subset, holdOut, validationSplit]);
    const parts = known.get(key) ?? partition(dataset, recipe ?? {});
    known.set(key, parts);
    return parts;
  };
}
