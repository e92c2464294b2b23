import { z } from "zod";
import { formerNames } from "../former-names.js";
import { outputDetailSchema } from "./output-detail.js";

export const outputDifferenceSchema = z.object({
  name: z.string(),
  /** Largest absolute difference from the baseline; null when NaN or infinity stand where the baseline has a number. */
  maxAbs: z.number().nullable(),
  /** Largest difference in units in the last place of float32; null for integer outputs or non-finite values. */
  maxUlp: z.number().nullable(),
  /** Null where none is known. */
  bound: z.number().nonnegative().nullable(),
  why: z.string().describe("where the bound comes from"),
  /** Of an output compared with the baseline: on the samples that the reference judged, the reference decides. */
  within: z.boolean(),
  detail: outputDetailSchema.optional(),
});
export type OutputDifference = z.output<typeof outputDifferenceSchema>;

/** A sample whose decision (the label) differs from the baseline's. */
export const flipSchema = z.preprocess(
  formerNames({ truth: "label" }),
  z.object({
    sample: z.int().nonnegative(),
    baseline: z.int(),
    observed: z.int(),
    /** The right label; null where it is not known. */
    label: z.int().nullable(),
    /** Baseline's highest minus second highest probability (or score): small for a near tie; null without either. */
    margin: z.number().nullable(),
  }),
);

/** How many labels differ from the baseline's, and which. */
export const decisionsSchema = z.object({
  samples: z.int().nonnegative(),
  flips: z.int().nonnegative(),
  list: z.array(flipSchema),
  /** Wilson's 95 % interval of the share of flips among all such samples. */
  interval: z.tuple([z.number(), z.number()]).optional(),
  /** By the baseline's label, where any of them flips. */
  perClass: z
    .array(z.object({ label: z.int(), samples: z.int().nonnegative(), flips: z.int().nonnegative() }))
    .optional(),
  /** Right answers of each, where the right label of every sample is known. */
  correct: z.object({ baseline: z.int().nonnegative(), observed: z.int().nonnegative() }).optional(),
});
