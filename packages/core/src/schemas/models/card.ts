import { z } from "zod";
import { anyRecipeSchema } from "../recipes/estimator-recipe.js";
import { appliedRewriteSchema } from "./applied-rewrite.js";

export { CARD_KEY } from "../../card-key.js";

/**
 * What is known of a model when it is exported, stored inside the ONNX file (metadata_props `congruent.card`).
 * Results are not in it: they would change the hash that they describe.
 */
export const cardSchema = z.object({
  schema: z.literal("congruent/card@1"),
  name: z.string(),
  description: z.string(),
  profile: z.literal("image-classifier"),
  input: z.object({
    name: z.literal("pixels"),
    height: z.int().positive(),
    width: z.int().positive(),
    channels: z.int().positive(),
    /** Raw values; rescaling happens inside the graph. */
    range: z.tuple([z.number(), z.number()]),
    /** How the training pictures look: MNIST's strokes are light on dark. */
    foreground: z.enum(["light", "dark", "any"]),
  }),
  outputs: z.array(z.enum(["label", "probabilities", "logits", "scores"])),
  labels: z.array(z.string()),
  dataset: z.object({
    name: z.string(),
    license: z.string(),
    sha256: z.record(z.string(), z.string()).describe("file name to SHA-256 of the unpacked file"),
  }),
  recipe: anyRecipeSchema.optional(),
  versions: z.record(z.string(), z.string()).describe("tools that trained and exported the model"),
  /** Absent from older files, of which it is not known. */
  rewrites: z.array(appliedRewriteSchema).optional().describe("empty where nothing had to be rewritten"),
});

export type Card = z.output<typeof cardSchema>;
