import { z } from "zod";
import { runtimeNameSchema } from "../names.js";
import { browserSchema } from "./browser.js";

/** What can be varied to see whether a runtime's numbers depend on it. */
export const SWEEP_AXES = ["optimization", "threads", "batch", "shapes", "repeat", "history"] as const;
export const sweepAxisSchema = z.enum(SWEEP_AXES);
export type SweepAxis = z.output<typeof sweepAxisSchema>;

/** One runtime under several settings. */
export const sweepSchema = z.object({
  axis: sweepAxisSchema,
  runtime: runtimeNameSchema,
  browser: browserSchema,
  /** How many samples each variant ran; null where each ran inputs of its own shape. */
  samples: z.int().nonnegative().nullable(),
  variants: z.array(
    z.object({
      /** Such as `basic`, `4 threads`, `batch 7`, `height 9, width 64`, or `run 3`. */
      value: z.string(),
      /**
       * `skip`: a shape that the model does not take, as the reference and the baseline refuse it too. `inconclusive`: another result, of
       * which nothing decides whether it is as right.
       */
      status: z.enum(["pass", "fail", "error", "skip", "inconclusive"]),
      reason: z.string().nullable(),
      /** Largest difference from the report's baseline over all outputs; null where not finite or not computed. */
      fromBaseline: z.number().nullable(),
      /** Largest difference from the reference on the same inputs; null where there is none, and likewise. */
      fromReference: z.number().nullable().default(null),
      /** Largest difference from the runtime's own first variant; null likewise, and where the variants' inputs differ. */
      fromFirst: z.number().nullable(),
      /** Whether every output is bit for bit that of the first variant; null where that cannot be said. */
      sameBits: z.boolean().nullable(),
      seconds: z.number().nonnegative().nullable(),
    }),
  ),
  /** One sentence: what the numbers depend on. */
  because: z.string(),
});
export type Sweep = z.output<typeof sweepSchema>;
