import { existsSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { readJson } from "@congruent/core/files";
import { type AnyRecipe, anyRecipeSchema } from "@congruent/core/schemas";
import { runPaths } from "@congruent/run";

/** Whether a run directory holds a run of exactly this recipe, or of another one; null where it holds none. */
export async function holdsRecipe(run: string, recipe: AnyRecipe): Promise<"this" | "another" | null> {
  const path = runPaths(run).recipe;
  if (!existsSync(path)) return null;
  return isDeepStrictEqual(await readJson(path, anyRecipeSchema), recipe) ? "this" : "another";
}
