import { z } from "zod";
import { sessionSettingsSchema } from "./session-settings.js";

/** One thing that ONNX Runtime offers, and what it does to a wrong runtime. */
export const cureTrialSchema = z.object({
  /** Such as `node conv2 on the CPU`, or `without ConvActivationFusion`. */
  what: z.string(),
  /** As `load` of @congruent/runtime takes them: `optimization` null where it stays as it was. */
  optimization: z.enum(["disabled", "basic", "extended", "all"]).nullable(),
  session: sessionSettingsSchema,
  /** Whether all samples are right with it, by the rules of the report. */
  cures: z.boolean(),
  /** Why not; null where it does. */
  reason: z.string().nullable(),
  /** Time of a run with it as a part of the time without it, in the same minute, taking turns: below 1 is faster. Null where not timed. */
  latency: z
    .object({
      ratio: z.number().positive(),
      withMs: z.number().positive(),
      withoutMs: z.number().positive(),
      rounds: z.int().positive(),
    })
    .nullable(),
});
export type CureTrial = z.output<typeof cureTrialSchema>;

/** What makes a wrong runtime right, found by trying. */
export const cureSchema = z.object({
  /** In the order in which they were tried. */
  trials: z.array(cureTrialSchema),
  /** The one with the least cost of those that cure; null where none does. */
  best: cureTrialSchema.nullable(),
  /** The best one as ONNX Runtime's session options: the second argument of `InferenceSession.create`; null where there is none. */
  options: z.record(z.string(), z.unknown()).nullable(),
  samples: z.int().nonnegative().describe("on which it was tried"),
});
export type Cure = z.output<typeof cureSchema>;
