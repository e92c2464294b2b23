import type { ScoredModel, StudyModel } from "../study.js";

/** The models that are there. */
export function scored(models: readonly StudyModel[]): ScoredModel[] {
  return models.filter((model): model is ScoredModel => model.found !== null);
}

/** Shown instead of numbers that are missing. */
export const NOT_HERE = "not trained here";
