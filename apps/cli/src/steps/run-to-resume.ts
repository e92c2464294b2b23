import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import type { Recipe } from "@congruent/core/schemas";
import { isRunDirectory, runPaths } from "@congruent/run";

/**
 * The run directory that `--resume` means where `--out` is not given: the folder that was named in place of a recipe,
 * if it is a run, or else the newest run of the recipe under runs/.
 *
 * @throws CongruentError `E_NOTHING_TO_RESUME`
 */
export async function runToResume(path: string, recipe: Recipe): Promise<string> {
  const { log, checkpoints } = runPaths(path);
  // A folder with a recipe alone is where a recipe is kept.
  if ((existsSync(log) || existsSync(checkpoints)) && (await isRunDirectory(path))) return path;
  // runs/NAME-YYYYMMDD-hhmmss: the names sort by time.
  const isRun = new RegExp(`^${recipe.name}-\\d{8}-\\d{6}$`);
  const runs = existsSync("runs") ? (await readdir("runs")).filter((name) => isRun.test(name)).sort() : [];
  const newest = runs.at(-1);
  if (newest !== undefined) return join("runs", newest);
  throw new CongruentError({
    code: "E_NOTHING_TO_RESUME",
    what: `there is no run of ${recipe.name} under runs/`,
    expected: "a run that was interrupted",
    fix: "name its folder with --out, or train without --resume",
  });
}
