import { existsSync } from "node:fs";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { readJson } from "@congruent/core/files";
import { anyRecipeSchema } from "@congruent/core/schemas";
import { runPaths } from "./run-paths.js";

/** Files of a model's own folder under models/, which holds a recipe too and is no run. */
const MODEL_FILES = ["package.json", "card.json", "model.passport.json"];

/**
 * Whether a training made this folder, finished or interrupted. The recipe is the first file that a training writes.
 *
 * @example
 * ```ts
 * await isRunDirectory("there/is/no/such/folder"); // => false
 * ```
 */
export async function isRunDirectory(directory: string): Promise<boolean> {
  if (MODEL_FILES.some((file) => existsSync(join(directory, file)))) return false;
  try {
    await readJson(runPaths(directory).recipe, anyRecipeSchema);
    return true;
  } catch (error) {
    if (error instanceof CongruentError) return false;
    throw error;
  }
}
