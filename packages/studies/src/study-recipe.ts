import type { AnyRecipe } from "@congruent/core/schemas";

/** The data set of all five studies. */
export const STUDIED = "mnist";

export interface StudyChanges {
  /** The data set's name or path. Default: the recipe's own. */
  dataset?: string;
  /** Few images and epochs. */
  quick?: boolean;
}

/**
 * Training images of each class, epochs and batch of a quick study: enough to see every part at work. Small batches make
 * 750 steps, which batch normalization's moving averages (momentum 0.99) need to settle.
 */
const QUICK = { perClass: 200, epochs: 3, batchSize: 8, seed: 42 };

/** Test images that a quick study scores and compares runtimes with. */
export const QUICK_SAMPLES = { test: 1000, parity: 100 };

/** The training images of a quick study. */
export function quickSubset(classes: number): NonNullable<AnyRecipe["subset"]> {
  const labelCounts = new Array<number>(classes).fill(QUICK.perClass);
  return { labelCounts, seed: QUICK.seed, dropFirst: false };
}

/** Trials of a quick study's search, trainings of each, and what they train with. */
export const QUICK_SEARCH = { trials: 6, executions: 1, epochs: 2, batchSize: QUICK.batchSize };

/**
 * A model's recipe as a study trains it: its own, or for another data set, or small.
 *
 * @param classes of the data set
 * @example
 * ```ts
 * const own = recipeSchema.parse({
 *   schema: "congruent/recipe@1", name: "mlp", description: "", dataset: "mnist", architecture: "mlp",
 *   optimizer: { name: "adam" }, epochs: 20,
 * });
 * const { epochs, subset } = studyRecipe(own, { quick: true }, 3);
 * [epochs, subset?.labelCounts]; // => [3, [200, 200, 200]]
 * ```
 */
export function studyRecipe(
  recipe: AnyRecipe,
  { dataset = recipe.dataset, quick = false }: StudyChanges,
  classes: number,
): AnyRecipe {
  const own = { ...recipe, dataset };
  if (!quick) return own;
  const { seeds: _, ...once } = own;
  const subset = { ...quickSubset(classes), dropFirst: recipe.subset?.dropFirst ?? false };
  if (!("epochs" in once)) return { ...once, subset };
  const epochs = Math.min(QUICK.epochs, once.epochs);
  return { ...once, subset, epochs, batchSize: Math.min(QUICK.batchSize, once.batchSize) };
}
