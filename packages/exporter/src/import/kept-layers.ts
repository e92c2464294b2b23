/** What an importable file says of the layers model that it was made of: metadata_props `congruent.layers`. */
import { z } from "zod";

export const LAYERS_KEY = "congruent.layers";

const whole = z.number().int().nonnegative();

const weightSchema = z.object({
  name: z.string(),
  shape: z.array(whole),
  /** Where its numbers are: an initializer that holds them with its axes in another order… */
  initializer: z.object({ name: z.string(), axes: z.array(whole) }).optional(),
  /** …or here, as little-endian float32 in base64, where no initializer has them any more. */
  kept: z.string().optional(),
});

export const keptLayersSchema = z.object({
  schema: z.literal("congruent/layers@1"),
  /** What model.toJSON() gives. */
  topology: z.record(z.string(), z.unknown()),
  /** In the order of model.weights. */
  weights: z.array(weightSchema),
  /** Of the bytes of all weights, in order. */
  sha256: z.string(),
});

export type KeptLayers = z.infer<typeof keptLayersSchema>;
export type KeptWeight = z.infer<typeof weightSchema>;
