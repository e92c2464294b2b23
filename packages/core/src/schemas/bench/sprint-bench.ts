import { z } from "zod";
import { recipeSchema } from "../recipes/recipe.js";
import { trainBenchSchema } from "./train-bench.js";

const seconds = z.number().nonnegative();

/** One training, timed from the start of its process. */
export const sprintRunSchema = z.object({
  seed: z.int(),
  /** Until the end of the first epoch that reached the target; null where none did. */
  seconds: seconds.nullable(),
  /** Test accuracy after each epoch, and when it was known. */
  epochs: z.array(z.object({ accuracy: z.number().min(0).max(1), seconds })),
  /** Why it ended early, if it did. */
  reason: z.string().nullable(),
});
export type SprintRun = z.output<typeof sprintRunSchema>;

/** What `congruent bench sprint` measured: time to a test accuracy, from process start. */
export const sprintBenchSchema = z.object({
  schema: z.literal("congruent/sprint-bench@1"),
  machine: trainBenchSchema.shape.machine,
  recipe: recipeSchema,
  /** Test accuracy. */
  target: z.number().min(0).max(1),
  contenders: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      peer: z.boolean(),
      runs: z.array(sprintRunSchema),
      /** Median of the runs; null where one of them missed the target or failed. */
      seconds: seconds.nullable(),
    }),
  ),
  /** This trainer's time ÷ the better peer's; null where either is. */
  toBetterPeer: z.number().nullable(),
});
export type SprintBench = z.output<typeof sprintBenchSchema>;
