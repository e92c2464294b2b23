import { z } from "zod";
import { callbackSchema } from "./callbacks.js";
import { optimizerSchema } from "./optimizer.js";
import { scheduleSchema } from "./schedule.js";
import { strictObject } from "./strict-object.js";

/** One training run as plain data: everything that decides the weights, nothing that does not. */
export const recipeSchema = strictObject({
  schema: z.literal("congruent/recipe@1"),
  /** Also the folder under models/ and the prefix of run directories. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and dashes"),
  description: z.string(),
  dataset: z.string().describe("key of packages/datasets, such as mnist"),
  architecture: z.string().describe("key of packages/zoo, such as lenet"),
  loss: z.enum(["sparseCategoricalCrossentropy"]).default("sparseCategoricalCrossentropy"),
  optimizer: optimizerSchema,
  /** How the learning rate changes; constant unless given. */
  schedule: scheduleSchema.optional(),
  /** What watches the epochs and may change the training. */
  callbacks: z.array(callbackSchema).optional(),
  batchSize: z.int().positive().default(64),
  epochs: z.int().positive(),
  /** The last fraction of the training set, unshuffled, as Keras' validation_split. */
  validationSplit: z.number().min(0).lt(1).default(0.1),
  seed: z.int().min(0).max(0xffffffff).default(42),
});

export type Recipe = z.output<typeof recipeSchema>;
