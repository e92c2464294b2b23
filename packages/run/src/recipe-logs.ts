import type { Recipe } from "@congruent/core/schemas";
import { fieldName } from "./field-name.js";

/**
 * What the epochs of each loss report besides the loss. Of a cross-entropy also itself without the regularization terms, which
 * the loss includes.
 */
const metricsOf = {
  sparseCategoricalCrossentropy: ["accuracy", "crossEntropy"],
  categoricalCrossentropy: ["accuracy", "crossEntropy"],
  meanSquaredError: ["accuracy"],
} as const satisfies Record<Recipe["loss"], readonly string[]>;

type RecipeMetric = (typeof metricsOf)[Recipe["loss"]][number];

/**
 * The metrics of a recipe's training, by the names of the trainer's metrics.
 *
 * @example
 * ```ts
 * recipeMetrics({ loss: "meanSquaredError" }); // => ["accuracy"]
 * ```
 */
export function recipeMetrics({ loss }: Pick<Recipe, "loss">): readonly RecipeMetric[] {
  return metricsOf[loss];
}

/**
 * The fields of a recipe's epoch logs that a callback can monitor, known before anything is trained.
 *
 * @example
 * ```ts
 * recipeLogs({ loss: "meanSquaredError", validationSplit: 0 }); // => ["loss", "accuracy", "learningRate"]
 * ```
 */
export function recipeLogs(recipe: Pick<Recipe, "loss" | "validationSplit">): string[] {
  const names = ["loss", ...recipeMetrics(recipe)];
  const validated = recipe.validationSplit !== 0;
  return [...names, "learningRate", ...(validated ? names.map((name) => fieldName("val", name)) : [])];
}
