import { recipeSchema, strictObject } from "@congruent/core";
import { z } from "zod";

/** Examples, their weights, callbacks: what they hold is looked at where they are used. */
const anything = z.unknown().optional();

/** What `fit` takes besides examples, with its defaults; the bounds are a recipe's. */
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
