import { z } from "zod";
import { trialSchema } from "../runs/trial.js";
import { hyperparameterSchema, objectiveSchema } from "./tuning.js";

/** How much of the scores' variance a hyper-parameter explains by itself. */
export const importanceSchema = z.object({
  name: z.string(),
  /** From 0 to 1; null where it cannot be told: one value only, or fewer trials than are needed. */
  share: z.number().min(0).max(1).nullable(),
  /** Completed trials in which it was active. */
  trials: z.int().min(0),
});
export type Importance = z.output<typeof importanceSchema>;

/** What a search has come to. */
export const tuningResultsSchema = z.object({
  schema: z.literal("congruent/tuning-results@1"),
  name: z.string(),
  objective: objectiveSchema,
  sampler: z.looseObject({ name: z.string() }),
  seed: z.int(),
  executionsPerTrial: z.int().positive(),
  space: z.array(hyperparameterSchema),
  /** In the order in which they began. */
  trials: z.array(trialSchema),
  /** Ids of the completed trials, best first. */
  ranking: z.array(z.int()),
  importances: z.array(importanceSchema),
  /** Why no more trials are made; null while there are more to come. */
  ended: z.string().nullable(),
});
export type TuningResults = z.output<typeof tuningResultsSchema>;
