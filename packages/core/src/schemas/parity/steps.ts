import { z } from "zod";
import { runtimeNameSchema } from "../names.js";
import { browserSchema } from "./browser.js";

/** A model with a state, run several times in a row: each run gets the state that the one before gave. */
export const stepsSchema = z.object({
  count: z.int().positive(),
  /** Which output becomes which input of the next step. */
  state: z.array(z.object({ output: z.string(), input: z.string() })),
  /** A list per runtime and output, with an entry per step. */
  drift: z.array(
    z.object({
      runtime: runtimeNameSchema,
      browser: browserSchema,
      variant: z.string().nullable(),
      output: z.string(),
      /** What it is compared with. */
      against: z.enum(["reference", "baseline"]),
      /** Largest absolute difference; null where not finite. */
      maxAbs: z.array(z.number().nullable()),
      /** What it may be at that step, as errors of earlier steps come along; null where it is not known. */
      bound: z.array(z.number().nonnegative().nullable()),
      /** The first step beyond its bound, counted from 1; null where there is none. */
      firstBeyond: z.int().positive().nullable(),
    }),
  ),
});
export type Steps = z.output<typeof stepsSchema>;
