import { z } from "zod";
import { splitNameSchema } from "./evaluation.js";
import { metricScoresSchema } from "./metric-scores.js";

const share = z.number().min(0).max(1);

/** Several models scored on the same images: which differences are more than noise. */
export const scoreComparisonSchema = z.object({
  schema: z.literal("congruent/score-comparison@1"),
  dataset: z.object({ name: z.string(), split: splitNameSchema, samples: z.int().positive() }),
  /** Differences whose adjusted p-value is below it are more than noise. */
  alpha: share,
  models: z.array(
    z.object({
      name: z.string(),
      path: z.string(),
      sha256: z.string(),
      correct: z.int().nonnegative(),
      accuracy: share,
      interval: z.tuple([share, share]).describe("Wilson's, at 95 %"),
      scores: metricScoresSchema.optional().describe("absent from older files"),
    }),
  ),
  /** Every two of the models, by their positions. */
  pairs: z.array(
    z.object({
      first: z.int().nonnegative(),
      second: z.int().nonnegative(),
      /** The first one's accuracy less the second one's. */
      difference: z.number().min(-1).max(1),
      /** Images that one of the two alone classifies rightly. */
      onlyFirst: z.int().nonnegative(),
      onlySecond: z.int().nonnegative(),
      /** McNemar's exact test, two-sided. */
      pValue: share,
      /** By Holm's method for all pairs together: one in twenty comparisons of equal models would else seem to differ. */
      adjustedP: share,
      significant: z.boolean(),
    }),
  ),
});
export type ScoreComparison = z.output<typeof scoreComparisonSchema>;
