import {
  formerNames,
  hyperparameterSchema,
  hyperparameterValuesSchema,
  objectiveSchema,
  samplerNoteSchema,
  trialFailureSchema,
  trialLogSchema,
  trialOutcomeSchema,
} from "@congruent/core/schemas";
import { z } from "zod";

/** What must be the same when a search is resumed. */
export const identitySchema = z.object({
  name: z.string(),
  space: z.array(hyperparameterSchema),
  objective: objectiveSchema,
  sampler: z.looseObject({ name: z.string() }),
  seed: z.int(),
  executionsPerTrial: z.int().positive(),
  /** What is trained with the defaults: another recipe makes another search. */
  payload: z.json(),
  /** What else decides the result of a trial: engine, device, the data's SHA-256. */
  settings: z.json().default(null),
});
export type SearchIdentity = z.output<typeof identitySchema>;

const trial = z.int().min(0);

/** A line of journal.jsonl; the first is the head. */
export const recordSchema = z.preprocess(
  formerNames({ study: "search" }),
  z.discriminatedUnion("kind", [
    z.object({
      kind: z.literal("head"),
      schema: z.literal("congruent/tuning-journal@1"),
      /** Which search it is. */
      search: identitySchema,
    }),
    /** A trial has been decided on; written before anything is run. */
    z.object({
      kind: z.literal("trial"),
      trial,
      values: hyperparameterValuesSchema,
      epochs: z.int().positive().nullable(),
      sampler: samplerNoteSchema,
    }),
    z.object({
      kind: z.literal("execution"),
      trial,
      execution: z.int().min(0),
      attempt: z.int().min(0),
      directory: z.string(),
      bestEpoch: z.int().positive().nullable(),
      outcome: trialOutcomeSchema,
    }),
    z.object({
      kind: z.literal("finished"),
      trial,
      status: z.enum(["completed", "failed"]),
      score: z.number().nullable(),
      metrics: trialLogSchema,
      error: trialFailureSchema.nullable(),
    }),
  ]),
);
export type JournalRecord = z.output<typeof recordSchema>;
