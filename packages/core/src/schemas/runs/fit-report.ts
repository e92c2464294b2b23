import { z } from "zod";

/** What scikit-learn says of a fit: beside the run as estimator/fit.json, and in results.json. */
export const fitReportSchema = z.object({
  schema: z.literal("congruent/fit@1"),
  class: z.string().describe("the class of scikit-learn, such as LogisticRegression"),
  /** All of its parameters, those left to their defaults among them. */
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** false: it stopped at its limit of iterations; null where the method does not iterate. */
  converged: z.boolean().nullable(),
  iterations: z.int().nonnegative().nullable(),
  /** What scikit-learn warned of, each once. */
  warnings: z.array(z.string()),
  /** Sizes of the fitted model, such as its support vectors. */
  facts: z.record(z.string(), z.number()),
  seconds: z.object({ fit: z.number().nonnegative(), predict: z.number().nonnegative() }),
  peakMemoryBytes: z.int().positive().describe("of the process that fitted and predicted, images included"),
  /** In what the margin of a decision is measured. */
  margin: z.string(),
  /** The largest margin at which single precision may decide otherwise. */
  tie: z.object({ bound: z.number().nonnegative(), why: z.string() }),
  versions: z.record(z.string(), z.string()),
});
export type FitReport = z.output<typeof fitReportSchema>;
