import { z } from "zod";
import { againstReportSchema, budgetSchema, outputQualitySchema } from "../parity/against.js";
import { modelFileSchema } from "./rewritten.js";

/** The number formats that a model can be compressed to. */
export const compressionFormatSchema = z.enum([
  "float16-weights",
  "float16-compute",
  "int8-dynamic",
  "int8-static",
  "int4-weights",
]);
export type CompressionFormat = z.output<typeof compressionFormatSchema>;

const nodeSchema = z.object({ node: z.string(), opType: z.string() });

/** A model in fewer bits, beside the one that it was made from: `congruent compress`. */
export const compressedSchema = z.object({
  schema: z.literal("congruent/compressed@1"),
  format: compressionFormatSchema,
  model: modelFileSchema,
  /** The new file; its path is null where it was not written, as the budget does not hold. */
  out: modelFileSchema.extend({ path: z.string().nullable() }),
  /** Elements of a block, of int4-weights; null for other formats. */
  block: z.int().positive().nullable(),
  /** What the ranges of int8-static were found on, and how; null for other formats. */
  calibration: z
    .object({
      source: z.string(),
      samples: z.int().positive(),
      method: z.enum(["min-max", "percentile", "entropy"]),
      ranges: z.record(z.string(), z.object({ min: z.number(), max: z.number() })),
    })
    .nullable(),
  budget: budgetSchema,
  /** Nodes that compute in the format, or with weights in it. */
  compressed: z.array(nodeSchema),
  /** Nodes that the format cannot compress. */
  left: z.array(nodeSchema.extend({ why: z.string() })),
  /** Nodes that stay float32 so that the budget holds, and how they were found. */
  search: z.object({
    kept: z.array(nodeSchema),
    candidates: z.int().nonnegative(),
    holds: z.boolean(),
    runs: z.int().nonnegative(),
    quality: z.array(outputQualitySchema).describe("of the outputs, on the first runtime"),
    said: z.string(),
  }),
  /** Both files on the same inputs, on each runtime, with the time that each takes. */
  parity: againstReportSchema,
});
export type Compressed = z.output<typeof compressedSchema>;
