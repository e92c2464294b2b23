import { z } from "zod";

const milliseconds = z.number().nonnegative();

/** `congruent bench profile`: where the time of a network's training step goes. */
export const stepProfileSchema = z.object({
  schema: z.literal("congruent/step-profile@1"),
  network: z.string(),
  batchSize: z.int().positive(),
  threads: z.int().positive(),
  batchParts: z.int().positive().default(1).describe("computed side by side, the threads divided among them"),
  steps: z.int().positive().describe("traced, and as many not traced"),
  tensorflow: z.string(),
  /** Median of a step, not traced. */
  milliseconds,
  /** By operator as TensorFlow ran it, the costliest first; operators run side by side, so that their sum may exceed the step. */
  operators: z.array(z.object({ operator: z.string(), nodes: z.int().positive(), milliseconds })),
  /** The costliest nodes. */
  nodes: z.array(z.object({ name: z.string(), operator: z.string(), milliseconds })),
});
export type StepProfile = z.output<typeof stepProfileSchema>;
