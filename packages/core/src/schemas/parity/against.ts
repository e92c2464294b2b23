import { z } from "zod";
import { browserNameSchema, runtimeNameSchema } from "../names.js";
import { decisionsSchema, outputDifferenceSchema } from "./output-difference.js";
import { verdictSchema } from "./parity.js";

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

const modelSchema = z.object({
  path: z.string(),
  sha256: z.string(),
  name: z.string().nullable(),
  bytes: z.int().positive().optional(),
});

/** How much a compressed file may lose, on every output. */
export const budgetSchema = z.object({
  snr: z.number().optional().describe("signal to noise in decibels, at least"),
  cosine: z.number().optional().describe("at least"),
  relative: z.number().optional().describe("largest difference as a part of the largest value, at most"),
  flips: z.number().optional().describe("share of decisions that differ, at most"),
});
export type Budget = z.output<typeof budgetSchema>;

/** How much of an output, or of a layer's value, is left in the second file. */
export const outputQualitySchema = z.object({
  name: z.string(),
  /** No element differs. */
  equal: z.boolean(),
  /** Decibels; null where nothing differs, or a number that should be finite is not. */
  snr: z.number().nullable(),
  cosine: z.number().nullable(),
  relative: z.number().nullable(),
  /** What the output decides, and how often the files differ in it; null where it decides nothing. */
  decisions: z
    .object({
      kind: z.enum(["label", "largest", "threshold"]),
      count: z.int().positive(),
      flips: z.int().nonnegative(),
    })
    .nullable(),
});
export type OutputQuality = z.output<typeof outputQualitySchema>;

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
      status: z.enum(["pass", "fail", "inconclusive", "unavailable", "error"]),
      outputs: z.array(outputDifferenceSchema),
      decisions: decisionsSchema.nullable(),
      quality: z.array(outputQualitySchema).optional(),
      /** Time of the second file as a part of the first's, taking turns; null where it was not measured. */
      latency: z
        .object({
          ratio: z.number().positive(),
          firstMs: z.number().positive(),
          secondMs: z.number().positive(),
          rounds: z.int().positive(),
        })
        .nullable()
        .optional(),
    }),
  ),
  /** Nodes of each file that only convert between types: they were folded away before nodes were paired; absent where none were. */
  folded: z.object({ first: z.int().nonnegative(), second: z.int().nonnegative() }).optional(),
  /** What decided in place of a rounding bound; absent without one. */
  budget: budgetSchema.optional(),
  /** Paired layers by what is left of their values, the worst first; with all that came before them. Absent where not looked for. */
  layers: z
    .array(
      outputQualitySchema.omit({ decisions: true }).extend({
        node: z.string(),
        opType: z.string(),
        /** Decibels that were lost in this layer: what it reads has as many more. Null for a first layer. */
        lost: z.number().nullable(),
      }),
    )
    .optional(),
  /** Which nodes must stay float32 so that the second file holds its budget; absent where not looked for. */
  precision: z
    .object({
      keep: z.array(z.object({ node: z.string(), opType: z.string() })),
      /** Compressed nodes that could be kept. */
      candidates: z.int().nonnegative(),
      /** Whether the budget holds with these kept. */
      holds: z.boolean(),
      runs: z.int().nonnegative(),
      quality: z.array(outputQualitySchema),
      said: z.string(),
    })
    .optional(),
  verdict: verdictSchema,
  because: z.string(),
});
export type AgainstReport = z.output<typeof againstReportSchema>;
