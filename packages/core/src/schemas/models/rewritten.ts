import { z } from "zod";
import { againstReportSchema } from "../parity/against.js";
import { appliedRewriteSchema } from "./applied-rewrite.js";

export const modelFileSchema = z.object({
  path: z.string(),
  sha256: z.string(),
  bytes: z.int().positive(),
  nodes: z.int().nonnegative().describe("those of bodies included"),
});

/** What became of a model file that was rewritten: `congruent optimize`, `congruent portable`. */
export const rewrittenSchema = z.object({
  schema: z.literal("congruent/rewritten@1"),
  verb: z.enum(["optimize", "portable"]),
  model: modelFileSchema,
  /** The new file; its path is null where it was not written, as it does not hold what it must. */
  out: modelFileSchema.extend({ path: z.string().nullable() }),
  passes: z.array(
    z.object({
      pass: z.string(),
      removed: z.int().describe("how many nodes fewer there are; negative where there are more"),
      rewritten: z.int().nonnegative().describe("nodes that are new or other than before"),
      operators: z
        .record(z.string(), z.int())
        .describe("how many more or fewer nodes of an operator there are"),
    }),
  ),
  rewrites: z.array(appliedRewriteSchema),
  /** Both files on the same inputs. */
  parity: againstReportSchema,
});
export type Rewritten = z.output<typeof rewrittenSchema>;
