import { stat } from "node:fs/promises";
import { join } from "node:path";
import { CongruentError } from "@congruent/core";
import { checked, readJson } from "@congruent/core/files";
import { type Tuning, tuningSchema } from "@congruent/core/schemas";
import { z } from "zod";
import { applyChange } from "./recipe.js";

/** What the command line changes of a search. */
export interface TuningChanges {
  /** A file with a list of hyper-parameters; needed for a recipe, instead of a search's own otherwise. */
  space?: string;
  sampler?: string;
  objective?: string;
  trials?: number;
  executions?: number;
  seed?: number;
  /** `path=value` changes of the recipe. */
  set: readonly string[];
}

/**
 * Reads a search: a tuning file, a folder that holds a tuning.json, or a recipe together with a space.
 *
 * @throws CongruentError `E_NOT_FOUND`, `E_JSON`, `E_SCHEMA`, `E_SPACE_MISSING`, `E_SET`
 */
export async function readTuning(path: string, changes: TuningChanges): Promise<Tuning> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const file = isFolder ? join(path, "tuning.json") : path;
  const raw = await readJson(file, z.record(z.string(), z.unknown()));
  const space = changes.space === undefined ? undefined : await readJson(changes.space, z.array(z.unknown()));
  const tuning = raw.schema === "congruent/recipe@1" ? fromRecipe(raw, space, file) : raw;
  const recipe = z.record(z.string(), z.unknown()).safeParse(tuning.recipe);
  if (recipe.success) for (const change of changes.set) applyChange(recipe.data, change);
  const { sampler, objective, trials, executions, seed } = changes;
  const changed = {
    ...tuning,
    ...(recipe.success && { recipe: recipe.data }),
    ...(space && { space }),
    ...(sampler !== undefined && { sampler: { name: sampler } }),
    ...(objective !== undefined && { objective }),
    ...(trials !== undefined && { maxTrials: trials }),
    ...(executions !== undefined && { executionsPerTrial: executions }),
    ...(seed !== undefined && { seed }),
  };
  return checked(changed, tuningSchema, file);
}

/** A search around a recipe: what is found becomes a recipe of its own. */
function fromRecipe(raw: Record<string, unknown>, space: unknown, file: string): Record<string, unknown> {
  if (space === undefined) {
    throw new CongruentError({
      code: "E_SPACE_MISSING",
      what: `${file} is a recipe, which does not say what is to be searched`,
      expected: "a file of the schema congruent/tuning@1, or --space with a list of hyper-parameters",
      fix: 'write for example [{ "type": "float", "name": "optimizer.learningRate", "min": 1e-4, "max": 1e-2, "sampling": "log" }] into a file and name it with --space',
    });
  }
  const { schema: _schema, name, description, seeds: _seeds, ...recipe } = raw;
  return {
    schema: "congruent/tuning@1",
    name: `${String(name)}-tuned`,
    description: `${String(description)}, tuned`,
    recipe,
    space,
  };
}
