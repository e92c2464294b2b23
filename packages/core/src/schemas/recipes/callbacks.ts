import { z } from "zod";
import { strictObject } from "../strict-object.js";
import { unknownMember } from "../unknown-member.js";

const monitored = {
  /** A field of the epoch's log: valLoss, accuracy …; Keras' spelling val_loss is understood too. */
  monitor: z.string().min(1).default("valLoss"),
  /** Whether smaller or larger is better; auto decides by the name. */
  mode: z.enum(["auto", "min", "max"]).default("auto"),
};

/** A callback that decides the weights, with the parameters and defaults of `keras.callbacks`. */
export const callbackSchema = z.discriminatedUnion(
  "name",
  [
    strictObject({
      name: z.literal("earlyStopping"),
      ...monitored,
      minDelta: z.number().default(0),
      patience: z.int().min(0).default(0),
      baseline: z.number().optional(),
      restoreBestWeights: z.boolean().default(false),
      /** Epochs at the beginning that do not count. */
      startFromEpoch: z.int().min(0).default(0),
    }),
    strictObject({
      name: z.literal("reduceLROnPlateau"),
      ...monitored,
      factor: z.number().positive().lt(1).default(0.1),
      patience: z.int().min(0).default(10),
      minDelta: z.number().default(1e-4),
      cooldown: z.int().min(0).default(0),
      minLr: z.number().min(0).default(0),
    }),
  ],
  { error: unknownMember("callback") },
);

export type CallbackConfig = z.output<typeof callbackSchema>;
