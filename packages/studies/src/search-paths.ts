import { existsSync } from "node:fs";
import { join } from "node:path";
import { changedRun, type GatherOptions, isOriginal } from "./gather-options.js";

/** Where a search and what it found lie. */
export interface SearchPaths {
  /** The search as plain data. */
  tuning: string;
  /** Its folder: journal and trials. */
  folder: string;
  /** Its results: what `congruent tune --report` writes. */
  results: string;
  /** The best values as a recipe. */
  recipe: string;
}

/**
 * Where the search for a model is looked for: of the original study what models/NAME holds, else what was searched here
 * below models/NAME/runs.
 */
export function searchPaths(name: string, options: GatherOptions): SearchPaths {
  const model = join(options.home, "models", name);
  const tuning = join(model, "tuning.json");
  if (!isOriginal(options)) {
    const base = join(options.runs, changedRun(options.dataset.name, options.quick, name));
    return { tuning, folder: `${base}-search`, results: `${base}-search.json`, recipe: `${base}-best.json` };
  }
  const shipped = (file: string, here: string) => {
    const path = join(model, file);
    return existsSync(path) ? path : join(model, "runs", here);
  };
  return {
    tuning,
    folder: join(model, "runs", "search"),
    results: shipped("search.json", "search.json"),
    recipe: shipped("recipe.json", "best.json"),
  };
}
