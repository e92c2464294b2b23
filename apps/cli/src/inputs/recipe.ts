import { stat } from "node:fs/promises";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { checked, readJson } from "@congruent/core/files";
import { type AnyRecipe, anyRecipeSchema, isEstimatorRecipe, type Recipe } from "@congruent/core/schemas";
import { z } from "zod";

/**
 * Reads a recipe and applies `path=value` changes to it before it is checked; the value null takes the field away.
 *
 * @param path a file, or a folder that holds recipe.json
 */
export async function readRecipe(path: string, changes: readonly string[]): Promise<AnyRecipe> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const file = isFolder ? join(path, "recipe.json") : path;
  const raw = await readJson(file, z.record(z.string(), z.unknown()));
  for (const change of changes) applyChange(raw, change);
  return checked(raw, anyRecipeSchema, changes.length > 0 ? `${file} with ${changes.join(", ")}` : file);
}

/**
 * Reads the recipe of a network.
 *
 * @throws CongruentError `E_NOT_A_NETWORK` for that of a classical model
 */
export async function readNetworkRecipe(path: string): Promise<Recipe> {
  const recipe = await readRecipe(path, []);
  if (!isEstimatorRecipe(recipe)) return recipe;
  throw new CongruentError({
    code: "E_NOT_A_NETWORK",
    what: `${path} describes a classical model (${recipe.estimator.name}), which has no layers`,
    expected: "the recipe of a network",
    fix: "congruent train prints what a fitted classical model consists of",
  });
}

/** Changes one field of a recipe that has not been checked yet: `path=value`. @throws CongruentError `E_SET` */
export function applyChange(target: Record<string, unknown>, change: string): void {
  const [, path, text] = /^([^=]+)=(.*)$/s.exec(change) ?? [];
  if (path === undefined || text === undefined) {
    throw new CongruentError({
      code: "E_SET",
      what: `"${change}" is not a change of a recipe`,
      expected: "path=value, such as optimizer.learningRate=0.002",
      fix: "write the field's path, an equals sign and the value, without spaces",
    });
  }
  const keys = path.split(".");
  const last = keys.pop() as string;
  let at: Record<string, unknown> = target;
  for (const key of keys) {
    const next = Object.hasOwn(at, key) ? at[key] : undefined;
    if (typeof next !== "object" || next === null) {
      throw new CongruentError({
        code: "E_SET",
        what: `the recipe has no ${keys.join(".")} to change`,
        expected: `one of ${Object.keys(at).join(", ")}`,
        fix: "correct the path",
      });
    }
    at = next as Record<string, unknown>;
  }
  if (text === "null" && Object.hasOwn(at, last)) {
    delete at[last];
    return;
  }
  // defineProperty: a key such as __proto__ becomes a field, which the schema then refuses by name.
  Object.defineProperty(at, last, {
    value: parseValue(text),
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** JSON where it is JSON, else the text itself: 0.002, true, adam. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
