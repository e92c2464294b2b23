import { z } from "zod";
import { strictObject } from "../strict-object.js";
import { unknownMember } from "../unknown-member.js";
import { estimatorSchema } from "./estimator.js";
import { recipeSchema } from "./recipe.js";

const { name, description, dataset, subset, holdOut, seed, seeds } = recipeSchema.shape;

/** One fit of a classical model as plain data: what a recipe is to a network. It has no epochs, and so nothing to watch them with. */
export const estimatorRecipeSchema = strictObject({
  schema: z.literal("congruent/estimator-recipe@1"),
  name,
  description,
  dataset,
  estimator: estimatorSchema,
  subset,
  holdOut,
  /** scikit-learn's `random_state`. */
  seed,
  seeds,
});
export type EstimatorRecipe = z.output<typeof estimatorRecipeSchema>;

/** What `congruent train` takes: a network's recipe or a classical model's; the field `schema` says which. */
export const anyRecipeSchema = z.discriminatedUnion("schema", [recipeSchema, estimatorRecipeSchema], {
  error: unknownMember("schema of a recipe"),
});
export type AnyRecipe = z.output<typeof anyRecipeSchema>;

/**
 * Whether a recipe describes a classical model.
 *
 * @example
 * ```ts
 * const facts = { name: "knn", description: "3 neighbors", dataset: "mnist", estimator: { name: "kNeighbors" } };
 * const recipe = anyRecipeSchema.parse({ schema: "congruent/estimator-recipe@1", ...facts });
 * isEstimatorRecipe(recipe) && recipe.estimator; // => { name: "kNeighbors", nNeighbors: 5 }
 * ```
 */
export function isEstimatorRecipe(recipe: AnyRecipe): recipe is EstimatorRecipe {
  return recipe.schema === "congruent/estimator-recipe@1";
}
