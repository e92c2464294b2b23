import { z } from "zod";
import { formerNames } from "../former-names.js";
import { runtimeNameSchema } from "../names.js";

/** `congruent agreement --report`: an ONNX file compared with what scikit-learn itself predicted for the same images. */
export const agreementSchema = z.object({
  schema: z.literal("congruent/agreement@1"),
  model: z.object({
    path: z.string(),
    sha256: z.string(),
    bytes: z.int().nonnegative(),
    name: z.string(),
  }),
  source: z.object({ class: z.string(), versions: z.record(z.string(), z.string()) }),
  dataset: z.object({ name: z.string(), split: z.literal("test"), samples: z.int().nonnegative() }),
  runtime: runtimeNameSchema,
  versions: z.record(z.string(), z.string()),
  accuracy: z.object({ source: z.number(), runtime: z.number() }),
  /** Each output that both have, in float32 against float64. */
  outputs: z.array(
    z.object({
      name: z.string(),
      maxAbs: z.number().nonnegative(),
      meanAbs: z.number().nonnegative(),
      at: z.object({ sample: z.int().nonnegative(), class: z.int().nonnegative() }).describe("of maxAbs"),
    }),
  ),
  margin: z.object({
    /** In what margins are measured. */
    of: z.string(),
    /** Up to which one float32 may decide otherwise, and why. */
    bound: z.number().nonnegative(),
    why: z.string(),
    /** Decisions with no larger margin: those that could be decided otherwise. */
    within: z.int().nonnegative(),
  }),
  /** Every image that is labeled differently, the largest margin first. */
  disagreements: z.array(
    z.preprocess(
      formerNames({ truth: "label" }),
      z.object({
        index: z.int().nonnegative().describe("position in the split"),
        /** The right one. */
        label: z.int().nonnegative(),
        source: z.int().nonnegative(),
        runtime: z.int().nonnegative(),
        /** null: beyond every bound. */
        margin: z.number().nonnegative().nullable(),
        tie: z.boolean(),
      }),
    ),
  ),
  labels: z.array(z.string()),
  /** `fail`: a disagreement that is no tie. */
  verdict: z.enum(["pass", "fail"]),
  /** One sentence that explains the verdict. */
  because: z.string(),
  seconds: z.number().nonnegative().describe("inference alone"),
});
export type Agreement = z.output<typeof agreementSchema>;
