import { z } from "zod";
import { trainBenchSchema } from "./train-bench.js";

const positive = z.number().positive();

/** One sample, in a process of its own that has computed one before. */
export const referenceBenchRunSchema = z.object({
  seconds: positive,
  /** Of the processor, all threads together. */
  cpuSeconds: positive,
  /** The most memory that the process held; null where the system does not tell. */
  peakBytes: z.int().nonnegative().nullable(),
});
export type ReferenceBenchRun = z.output<typeof referenceBenchRunSchema>;

export const referenceBenchModelSchema = z.object({
  /** The file's name, without its folder. */
  name: z.string(),
  bytes: z.int().nonnegative(),
  /** What the sample is. */
  inputs: z.string(),
  contenders: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      peer: z.boolean(),
      versions: z.record(z.string(), z.string()),
      runs: z.array(referenceBenchRunSchema),
      /** Why it has not run every round; null where it has. */
      reason: z.string().nullable(),
      /** Medians over the rounds; null where a round failed. */
      seconds: positive.nullable(),
      cpuSeconds: positive.nullable(),
      peakBytes: z.int().nonnegative().nullable(),
    }),
  ),
  /** Processor time with bounds ÷ without; null where either was not measured. */
  boundsToPlain: positive.nullable(),
  /** Processor time without bounds ÷ the peer's; null where either was not measured. */
  toPeer: positive.nullable(),
  /** Largest difference of the outputs from the peer's, relative to the largest output; null without a peer. */
  difference: z.number().nonnegative().nullable(),
});
export type ReferenceBenchModel = z.output<typeof referenceBenchModelSchema>;

/** What `congruent bench reference` measured: one sample of each model in double precision. */
export const referenceBenchSchema = z.object({
  schema: z.literal("congruent/reference-bench@1"),
  machine: trainBenchSchema.shape.machine,
  models: z.array(referenceBenchModelSchema),
});
export type ReferenceBench = z.output<typeof referenceBenchSchema>;
