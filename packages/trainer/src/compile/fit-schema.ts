import { recipeSchema, strictObject } from "@congruent/core/schemas";
import { z } from "zod";

/** Examples, their weights, callbacks: checked where they are used. */
const anything = z.unknown().optional();

/** The options of `fit` with their defaults; the bounds are those of a recipe. */
export const fitSchema = strictObject({
  batchSize: z.int().positive().optional(),
  epochs: recipeSchema.shape.epochs.default(1),
  shuffle: z.boolean().default(true),
  seed: recipeSchema.shape.seed,
  validationSplit: anything,
  validationData: anything,
  callbacks: anything,
  classWeight: anything,
  sampleWeight: anything,
});
