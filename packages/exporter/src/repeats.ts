import { isDeepStrictEqual } from "node:util";
import { CongruentError, meanAndDeviation } from "@congruent/core";
import type { AnyRecipe, Evaluation, Results, SplitName } from "@congruent/core/schemas";
import { type Dataset, partition } from "@congruent/datasets";
import { type AnyRun, readAnyRun } from "./any-run.js";
import { type RunResult, type RunResults, readRunResults, resultCommand } from "./run-results.js";

/** A run that has been scored on the whole test set. */
export interface ScoredRun extends RunResults {
  run: AnyRun;
  evaluation: Evaluation;
}

/**
 * Reads runs of one recipe with its different seeds.
 *
 * @returns the run of the first declared seed, and what all of them scored; null for the second where no seeds are declared.
 * @throws CongruentError `E_PROMOTE` where a run is not scored on the whole test set, the recipes differ, or the seeds are
 * not the declared ones.
 */
export async function readRepeats(
  directories: readonly string[],
  dataset: Dataset,
): Promise<{ first: ScoredRun; repeats: Results["repeats"] }> {
  const runs = await Promise.all(directories.map((directory) => scored(directory, dataset)));
  const [any] = runs as [ScoredRun];
  const { seeds } = any.run.recipe;
  refuseOtherRecipes(runs);
  refuseOtherSeeds(runs, seeds ?? [any.run.recipe.seed]);
  if (!seeds) return { first: any, repeats: undefined };
  const ordered = seeds.map((seed) => runs.find(({ run }) => run.recipe.seed === seed) as ScoredRun);
  const accuracies = ordered.map(({ evaluation }) => evaluation.accuracy);
  return {
    first: ordered[0] as ScoredRun,
    repeats: {
      runs: ordered.map(({ run, model, evaluation, heldOut }) => ({
        seed: run.recipe.seed,
        model: { sha256: model.sha256 },
        accuracy: evaluation.accuracy,
        ...(heldOut && { heldOutAccuracy: heldOut.accuracy }),
        epochs: run.epochs,
      })),
      ...meanAndDeviation(accuracies),
    },
  };
}

/**
 * Reads the run of a model that ships already and was exported again from the same weights; what is known of its recipe's other seeds stays.
 *
 * @param shipped the model's results, as they are
 * @throws CongruentError as {@link readRepeats}; `E_PROMOTE` where it is another training, or decides otherwise on any image
 */
export async function readExportedAgain(
  directory: string,
  dataset: Dataset,
  shipped: Results,
): Promise<{ first: ScoredRun; repeats: Results["repeats"] }> {
  const first = await scored(directory, dataset);
  const { model, evaluation, heldOut, run } = first;
  const flips = [
    ...otherDecisions(evaluation, shipped.evaluation),
    ...otherDecisions(heldOut, shipped.heldOut ?? null),
  ];
  const other = !isDeepStrictEqual(run.epochs, shipped.epochs)
    ? `${directory} is another training than that of the model that ships`
    : flips.length > 0
      ? `${directory} and the model that ships decide otherwise on ${flips.length} image${flips.length === 1 ? "" : "s"}: ${flips.slice(0, SHOWN).join("; ")}`
      : null;
  if (other !== null) {
    throw new CongruentError({
      code: "E_PROMOTE",
      what: other,
      expected: "the same weights, exported again, and so the same decision on each image",
      fix: "promote the runs of all seeds that the recipe declares",
    });
  }
  const runs = shipped.repeats?.runs.map((each) =>
    each.seed === run.recipe.seed ? { ...each, model: { sha256: model.sha256 } } : each,
  );
  return { first, repeats: shipped.repeats && runs && { ...shipped.repeats, runs } };
}

/** So many images are named of those that are decided otherwise. */
const SHOWN = 5;

/** A few words for each image that one of two evaluations decides otherwise: which, and how. */
function otherDecisions(found: Evaluation | null, before: Evaluation | null): string[] {
  const decided = (evaluation: Evaluation | null) =>
    new Map(evaluation?.mistakes.map(({ index, label, predicted }) => [index, { label, predicted }]));
  const [own, old] = [decided(found), decided(before)];
  const part = (found ?? before)?.dataset.split ?? "test";
  return [...new Set([...own.keys(), ...old.keys()])]
    .filter((index) => own.get(index)?.predicted !== old.get(index)?.predicted)
    .sort((a, b) => a - b)
    .map((index) => {
      // Where there is no mistake the label is what was predicted.
      const right = own.get(index)?.label ?? old.get(index)?.label;
      const of = (list: typeof own) => list.get(index)?.predicted ?? right;
      return `${part} image ${index} is ${of(own)}, and was ${of(old)}`;
    });
}

async function scored(directory: string, dataset: Dataset): Promise<ScoredRun> {
  const run = await readAnyRun(directory);
  const results = await readRunResults(directory);
  const { evaluation, heldOut } = results;
  const parts = partition(dataset, run.recipe);
  if (!evaluation) throw incomplete(directory, "evaluate");
  refusePart(directory, evaluation, dataset.name, "test", parts.test.labels.length);
  const held = parts.heldOut.labels.length;
  if (held > 0 && !heldOut) throw incomplete(directory, "heldOut");
  if (heldOut) refusePart(directory, heldOut, dataset.name, "heldOut", held);
  return { ...results, run, evaluation };
}

/** Scores that ship must be of the whole test set, not of a part of it. */
function refusePart(
  run: string,
  { dataset }: Evaluation,
  name: string,
  split: SplitName,
  total: number,
): void {
  if (dataset.name === name && dataset.split === split && dataset.samples === total) return;
  throw partial(
    run,
    split === "heldOut" ? "heldOut" : "evaluate",
    `${dataset.samples} ${dataset.split} images of ${dataset.name}`,
    `all ${total} ${split} images of ${name}`,
  );
}

function refuseOtherRecipes(runs: readonly ScoredRun[]): void {
  const withoutSeed = ({ seed: _, ...rest }: AnyRecipe) => rest;
  const [first, ...others] = runs as [ScoredRun, ...ScoredRun[]];
  const other = others.find(
    ({ run }) => !isDeepStrictEqual(withoutSeed(run.recipe), withoutSeed(first.run.recipe)),
  );
  if (!other) return;
  throw new CongruentError({
    code: "E_PROMOTE",
    what: `${other.run.directory} and ${first.run.directory} were not trained by one recipe`,
    expected: "recipes that differ in their seed alone",
    fix: "train all seeds by the recipe as it is now (congruent repeat)",
  });
}

function refuseOtherSeeds(runs: readonly ScoredRun[], declared: readonly number[]): void {
  const found = runs.map(({ run }) => run.recipe.seed);
  const sorted = (seeds: readonly number[]) => [...seeds].sort((a, b) => a - b).join(", ");
  if (sorted(found) === sorted(declared)) return;
  throw new CongruentError({
    code: "E_PROMOTE",
    what: `the runs have the seeds ${sorted(found)}; the recipe declares ${sorted(declared)}`,
    expected: "one run for each declared seed, and no other: results are not picked",
    fix: "congruent repeat RECIPE trains them all; give promote all their folders",
  });
}

export function incomplete(run: string, result: RunResult): CongruentError {
  return new CongruentError({
    code: "E_PROMOTE",
    what: `${run} lacks the result of \`${resultCommand("RUN", result)}\``,
    fix: resultCommand(run, result),
  });
}

export function partial(run: string, result: RunResult, was: string, expected: string): CongruentError {
  return new CongruentError({
    code: "E_PROMOTE",
    what: `the result of \`${resultCommand("RUN", result)}\` in ${run} is of ${was}`,
    expected,
    fix: resultCommand(run, result),
  });
}
