import type { Recipe } from "@congruent/core";
import { losses } from "./losses/index.js";
import type { MetricName } from "./metrics/index.js";
import { joined } from "./objective.js";

/** What a recipe's epochs report besides the loss: the loss without regularisation terms, where it is a cross-entropy. */
export function recipeMetrics({ loss }: Pick<Recipe, "loss">): MetricName[] {
  return losses[loss].activation ? ["accuracy", "crossEntropy"] : ["accuracy"];
}

/**
 * The fields of a recipe's epoch logs that can be watched, known before anything is trained.
 *
 * @example
 * ```ts
 * recipeLogs({ loss: "meanSquaredError", validationSplit: 0 }); // => ["loss", "accuracy", "learningRate"]
 * ```
 */
export function recipeLogs(recipe: Pick<Recipe, "loss" | "validationSplit">): string[] {
  const names = ["loss", ...recipeMetrics(recipe)];
  const validated = recipe.validationSplit !== 0;
  return [...names, "learningRate", ...(validated ? names.map((name) => joined("val", name)) : [])];
}
