import type { Dataset } from "@congruent/datasets";
import { STUDIED } from "./study-recipe.js";

export interface GatherOptions {
  /** The checkout: models/ is in it. */
  home: string;
  /** Where the models of changed studies are trained. */
  runs: string;
  dataset: Dataset;
  /** What a recipe names it by: its name, or its path, absolute. */
  source: string;
  /** Few images and epochs. */
  quick: boolean;
  /** A report of `congruent bench infer` (.json). */
  latency?: string;
}

/** Whether data and training are the studies' own: models/ then holds the models. */
export function isOriginal({ dataset, quick }: Pick<GatherOptions, "dataset" | "quick">): boolean {
  return !quick && dataset.name === STUDIED;
}

/**
 * The run of a changed study's model, inside `runs`.
 *
 * @example
 * ```ts
 * changedRun("fashion-mnist", true, "lenet"); // => "fashion-mnist-quick/lenet"
 * ```
 */
export function changedRun(dataset: string, quick: boolean, name: string): string {
  return `${dataset}${quick ? "-quick" : ""}/${name}`;
}
