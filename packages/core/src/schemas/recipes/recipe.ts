import { z } from "zod";
import { strictObject } from "../strict-object.js";
import { unknownMember } from "../unknown-member.js";
import { augmentationSchema } from "./augmentation.js";
import { callbackSchema } from "./callbacks.js";
import { optimizerSchema } from "./optimizer.js";
import { scheduleSchema } from "./schedule.js";

const seed = z.int().min(0).max(0xffffffff);
const fraction = z.number().min(0).lt(1);
/** scikit-learn's `train_test_split(test_size=fraction, random_state=shuffleSeed)`: the same images in the same order. */
const shuffledFraction = strictObject({ fraction: z.number().gt(0).lt(1), shuffleSeed: seed });

/** One training run as plain data: everything that decides the weights, nothing that does not. */
export const recipeSchema = strictObject({
  schema: z.literal("congruent/recipe@1"),
  /** Also the folder under models/ and the prefix of run directories. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and dashes"),
  description: z.string(),
  dataset: z
    .string()
    .describe(
      "key of packages/datasets, such as mnist, or the path of a data set, relative to the working directory",
    ),
  architecture: z.string().describe("key of packages/zoo, such as lenet"),
  /** Of the architecture, which says what there is and the defaults; only where it takes any. */
  parameters: z.record(z.string(), z.json()).optional(),
  /** The cross-entropies are computed from logits; `meanSquaredError` is between probabilities and one-hot labels. */
  loss: z
    .enum(["sparseCategoricalCrossentropy", "categoricalCrossentropy", "meanSquaredError"], {
      error: unknownMember("loss"),
    })
    .default("sparseCategoricalCrossentropy"),
  /** Factors of the classes' losses, by the labels' indices; 1 where not given. */
  classWeight: z.record(z.string().regex(/^\d+$/, "the index of a label"), z.number().min(0)).optional(),
  optimizer: optimizerSchema,
  /** How the learning rate changes. Default: it is constant. */
  schedule: scheduleSchema.optional(),
  /** What watches the epochs and may change the training. */
  callbacks: z.array(callbackSchema).optional(),
  /** Of the training step: bfloat16 convolutions and matrix products where the processor or a GPU has units for them. */
  precision: z.enum(["float32", "mixedBfloat16"]).optional(),
  batchSize: z.int().positive().default(64),
  epochs: z.int().positive(),
  /** Only so many training images of each class, drawn by a seed, in an order that it decides. */
  subset: strictObject({
    labelCounts: z.array(z.int().nonnegative()).min(1).describe("images of each class that are left"),
    seed,
    dropFirst: z
      .boolean()
      .default(false)
      .describe("as if a CSV without a header were read with one: the first image of each file is lost"),
  }).optional(),
  /** Set apart before anything else and scored at the end: a test set made of training images. */
  holdOut: shuffledFraction.optional(),
  /**
   * What each epoch is validated with. A number: the last fraction, unshuffled, as Keras' `validation_split`. An object:
   * drawn as scikit-learn's `train_test_split` does. "test": the test set itself, from which nothing may be chosen.
   */
  validationSplit: z.union([fraction, shuffledFraction, z.literal("test")]).default(0.1),
  augmentation: augmentationSchema.optional(),
  seed: seed.default(42),
  /** The seeds that results are reported for, declared before any of them is run; the first one's model ships. */
  seeds: z
    .array(seed)
    .min(1)
    .refine((seeds) => new Set(seeds).size === seeds.length, "each seed once")
    .optional(),
});

export type Recipe = z.output<typeof recipeSchema>;
/** The fields of a recipe that say which images are trained on, validated on, held out and tested on. */
export type Partitioning = Partial<Pick<Recipe, "subset" | "holdOut" | "validationSplit">>;
