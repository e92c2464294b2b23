import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { writeJson } from "@congruent/core/files";
import { type AnyRecipe, isEstimatorRecipe } from "@congruent/core/schemas";
import type { GatherOptions, StudyModel } from "@congruent/studies";
import { runVerb } from "../processes/run-verb.js";
import { ensureRun } from "./ensure-run.js";

/** Compared with a quick study's model: one that trained it and one that ships. */
const QUICK_RUNTIMES = { network: "tfjs,node-cpu", classical: "reference,node-cpu" };

/**
 * Trains, exports, scores and compares a model that a study misses: by the pipeline where models/ has its tasks, into
 * `runs` where data or training are changed.
 *
 * @throws CongruentError `E_VERB`, `E_STUDY_MODEL` for a model that nothing describes
 */
export async function ensureStudyModel(
  { name, recipe, command }: StudyModel,
  options: GatherOptions,
): Promise<void> {
  const { isOriginal, changedRun } = await import("@congruent/studies");
  const { home, runs, dataset, quick } = options;
  const original = isOriginal(options);
  // The pipeline ends with 1 where a check fails; the model is there nevertheless, and the report shows what failed.
  if (original && existsSync(join(home, "models", name, "package.json"))) {
    return runVerb(["pipeline", name], { accepted: [0, 1] });
  }
  if (!recipe) {
    throw new CongruentError({
      code: "E_STUDY_MODEL",
      what: `models/${name} has no recipe`,
      expected: "recipe.json, or a search that found one",
      fix: command,
    });
  }
  const run = original
    ? join(home, "models", name, "runs", "pipeline")
    : join(runs, changedRun(dataset.name, quick, name));
  await ensureAll(run, recipe, options);
}

/** Every step that a report needs, each where it is missing. */
async function ensureAll(run: string, recipe: AnyRecipe, { home, quick }: GatherOptions): Promise<void> {
  const { QUICK_SAMPLES } = await import("@congruent/studies");
  const { runPaths } = await import("@congruent/run");
  const path = `${run}.recipe.json`;
  const paths = runPaths(run);
  const { holdsRecipe } = await import("./holds-recipe.js");
  if ((await holdsRecipe(run, recipe)) === "another") {
    await rm(run, { recursive: true, force: true });
  }
  await writeJson(path, recipe);
  await ensureRun({ path, recipe, run, device: "auto", ...(quick && { limit: QUICK_SAMPLES.test }) });
  const classical = isEstimatorRecipe(recipe);
  if (classical && !existsSync(paths.agreement)) {
    await runVerb(["agreement", run, "--report", paths.agreement], { accepted: [0, 1] });
  }
  if (existsSync(paths.parity)) return;
  const runtimes = classical ? QUICK_RUNTIMES.classical : QUICK_RUNTIMES.network;
  const few = ["--runtimes", runtimes, "--samples", String(QUICK_SAMPLES.parity)];
  const ledger = join(home, "models", "expectations.json");
  await runVerb(["parity", paths.onnx, "--expect", ledger, "--report", paths.parity, ...(quick ? few : [])], {
    accepted: [0, 1],
  });
}
