import { z } from "zod";
import { browserNameSchema } from "../../browsers.js";
import { runtimeNameSchema } from "../../runtimes/index.js";
import { decisionsSchema, outputDifferenceSchema, verdictSchema } from "./parity.js";

/** One difference between two model files. */
export const modelChangeSchema = z.object({
  kind: z.enum(["operator", "attribute", "weight", "wiring", "added", "removed", "interface", "opset"]),
  /** The node's name in the first file (of an added node: in the second), or what changed where it is no node. */
  node: z.string(),
  /** Its name in the second file, where that is another one; null otherwise. */
  renamed: z.string().nullable(),
  opType: z.string().nullable(),
  /** Its position in that file; null for what is no node. */
  index: z.int().nonnegative().nullable(),
  /** What changed in one phrase, such as `weight W: 1 of 12 values differ, by at most 0.5`. */
  what: z.string(),
});
export type ModelChange = z.output<typeof modelChangeSchema>;

const modelSchema = z.object({ path: z.string(), sha256: z.string(), name: z.string().nullable() });

/** Two model files against each other: `congruent parity A.onnx --against B.onnx`. */
export const againstReportSchema = z.object({
  schema: z.literal("congruent/against@1"),
  model: modelSchema,
  against: modelSchema,
  inputs: z.object({ source: z.string(), samples: z.int().nonnegative() }),
  /** How the nodes of both files were paired. */
  matched: z.object({
    byName: z.int().nonnegative(),
    byStructure: z.int().nonnegative(),
    unmatched: z.int().nonnegative(),
  }),
  changes: z.array(modelChangeSchema),
  /** What numerically follows, on each runtime that runs both: the second file's outputs against the first's. */
  runtimes: z.array(
    z.object({
      runtime: runtimeNameSchema,
      browser: browserNameSchema.nullable().default(null),
      /** Why nothing was compared; null where it was, and for a difference in one sentence. */
      reason: z.string().nullable(),
      status: z.enum(["pass", "fail", "unavailable", "error"]),
      outputs: z.array(outputDifferenceSchema),
      decisions: decisionsSchema.nullable(),
    }),
  ),
  verdict: verdictSchema,
  because: z.string(),
});
export type AgainstReport = z.output<typeof againstReportSchema>;
