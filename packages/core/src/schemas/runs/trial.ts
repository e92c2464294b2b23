import { z } from "zod";
import { hyperparameterValuesSchema, objectiveSchema } from "../search/tuning.js";

/** What an epoch ended with, or the whole training where it has no epochs. */
export const trialLogSchema = z.record(z.string(), z.number());
export type TrialLog = z.output<typeof trialLogSchema>;

/** One execution of a trial as plain data: all that a process, here or on another machine, needs to run it. */
export const trialJobSchema = z.object({
  schema: z.literal("congruent/trial-job@1"),
  search: z.string(),
  trial: z.int().min(0),
  execution: z.int().min(0),
  /** 0, or which retry it is. */
  attempt: z.int().min(0),
  /** Different for all executions and attempts of a trial, the same from trial to trial: what is drawn differs by it. */
  repeat: z.int().min(0),
  values: hyperparameterValuesSchema,
  /** What is to be trained: of a search over recipes, a recipe. */
  payload: z.json(),
  /** How many epochs at most, where the sampler decides it. */
  epochs: z.int().positive().nullable(),
  objective: objectiveSchema,
  /** Where its files go, relative to the search's folder. */
  directory: z.string(),
});
export type TrialJob = z.output<typeof trialJobSchema>;

export const trialFailureSchema = z.object({
  code: z.string(),
  what: z.string(),
  fix: z.string().nullable().default(null),
});
export type TrialFailure = z.output<typeof trialFailureSchema>;

/** What came of a job. */
export const trialOutcomeSchema = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("completed"),
    logs: z.array(trialLogSchema),
    seconds: z.number().nonnegative(),
  }),
  z.object({
    status: z.literal("failed"),
    error: trialFailureSchema,
    seconds: z.number().nonnegative(),
  }),
]);
export type TrialOutcome = z.output<typeof trialOutcomeSchema>;

/** What a sampler remembers of a trial that it has suggested; it alone reads it. */
export const samplerNoteSchema = z.record(
  z.string(),
  z.union([z.number(), z.string(), z.boolean(), z.null()]),
);
export type SamplerNote = z.output<typeof samplerNoteSchema>;

export const trialSchema = z.object({
  id: z.int().min(0),
  status: z.enum(["running", "completed", "failed"]),
  values: hyperparameterValuesSchema,
  epochs: z.int().positive().nullable().describe("the sampler's limit, where it sets one"),
  sampler: samplerNoteSchema,
  score: z.number().nullable().describe("the objective; null until it is completed"),
  metrics: trialLogSchema.describe("of the best epoch, mean over the executions"),
  executions: z.array(
    z.object({
      execution: z.int().min(0),
      attempt: z.int().min(0),
      directory: z.string(),
      bestEpoch: z.int().positive().nullable().describe("counts from 1"),
      outcome: trialOutcomeSchema,
    }),
  ),
  error: trialFailureSchema.nullable(),
});
export type Trial = z.output<typeof trialSchema>;
