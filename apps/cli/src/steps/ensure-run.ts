import { existsSync } from "node:fs";
import { CongruentError } from "@congruent/core";
import { type AnyRecipe, type Evaluation, isEstimatorRecipe } from "@congruent/core/schemas";
import { runVerb } from "../processes/run-verb.js";

export interface EnsureRunOptions {
  /** The file that the recipe was read from. */
  path: string;
  /** The same, with the seed that is to be trained. */
  recipe: AnyRecipe;
  /** The run directory. */
  run: string;
  device: string;
  /** How many images are scored, from the first. Default: all. */
  limit?: number;
}

/**
 * Does what is missing of a run: trains or resumes it, exports it, scores it.
 *
 * @throws CongruentError `E_RUN_EXISTS` where the folder holds a run of another recipe, `E_VERB`
 */
export async function ensureRun({
  path,
  recipe,
  run,
  device,
  limit,
}: EnsureRunOptions): Promise<{ evaluation: Evaluation; heldOut: Evaluation | null }> {
  const { runPaths } = await import("@congruent/run");
  const { readRunResults } = await import("@congruent/exporter");
  const paths = runPaths(run);
  const { holdsRecipe } = await import("./holds-recipe.js");
  if ((await holdsRecipe(run, recipe)) === "another") {
    throw new CongruentError({
      code: "E_RUN_EXISTS",
      what: `${run} holds a run of another recipe`,
      expected: "runs of the recipe as it is now",
      fix: "choose another --out, or remove the folder",
    });
  }
  if (!existsSync(isEstimatorRecipe(recipe) ? paths.estimator : paths.layers)) {
    const seed = ["--seed", String(recipe.seed)];
    await runVerb(["train", path, ...seed, "--out", run, "--device", device, "--resume", "--overwrite"]);
  }
  const limited = limit === undefined ? [] : ["--limit", String(limit)];
  if (!existsSync(paths.onnx)) await runVerb(["export", run]);
  if (!existsSync(paths.evaluation)) {
    await runVerb(["evaluate", paths.onnx, "--report", paths.evaluation, ...limited]);
  }
  if (recipe.holdOut && !existsSync(paths.heldOut)) {
    await runVerb(["evaluate", paths.onnx, "--split", "heldOut", "--report", paths.heldOut, ...limited]);
  }
  const { evaluation, heldOut } = await readRunResults(run);
  if (!evaluation) throw new Error(`${paths.evaluation} was written and is not there`);
  return { evaluation, heldOut };
}
