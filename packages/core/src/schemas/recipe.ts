import { z } from "zod";

/** One training run as plain data: everything that decides the weights, nothing that does not. */
export const recipeSchema = z.strictObject({
  schema: z.literal("congruent/recipe@1"),
  /** Also the folder under models/ and the prefix of run directories. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and dashes"),
  description: z.string(),
  dataset: z.string().describe("key of packages/datasets, such as mnist"),
  architecture: z.string().describe("key of packages/zoo, such as lenet"),
  loss: z.enum(["sparseCategoricalCrossentropy"]).default("sparseCategoricalCrossentropy"),
  optimizer: z.discriminatedUnion("name", [
    z.strictObject({
      name: z.literal("adam"),
      learningRate: z.number().positive().default(1e-3),
      beta1: z.number().min(0).lt(1).default(0.9),
      beta2: z.number().min(0).lt(1).default(0.999),
      /** Added to sqrt(v) before the bias correction, as Keras and TensorFlow do. */
      epsilon: z.number().positive().default(1e-7),
    }),
  ]),
  batchSize: z.int().positive().default(64),
  epochs: z.int().positive(),
  /** The last fraction of the training set, unshuffled, as Keras' validation_split. */
  validationSplit: z.number().min(0).lt(1).default(0.1),
  seed: z.int().min(0).max(0xffffffff).default(42),
});

export type Recipe = z.output<typeof recipeSchema>;
export type OptimizerConfig = Recipe["optimizer"];
