import { z } from "zod";
import { runtimeIdSchema, runtimeNameSchema } from "../names.js";
import { browserSchema } from "./browser.js";
import { cellSchema } from "./cell.js";
import { stepsSchema } from "./steps.js";
import { sweepSchema } from "./sweep.js";

/** What makes a cell fail: its numbers beyond their bounds, its decisions that differ, or either. */
export const GATES = ["numbers", "flips", "both"] as const;
export const gateSchema = z.enum(GATES);
export type Gate = z.output<typeof gateSchema>;

export const verdictSchema = z.enum(["pass", "fail", "inconclusive"]);
export type Verdict = z.output<typeof verdictSchema>;

export const parityReportSchema = z.object({
  schema: z.literal("congruent/parity@1"),
  model: z.object({ path: z.string(), sha256: z.string(), name: z.string().nullable() }),
  /** `samples` is how many took part, of those that the source names: a model of a fixed batch size takes whole batches alone. */
  inputs: z.object({ source: z.string(), samples: z.int().nonnegative() }),
  /**
   * The runtime that the others are shown beside: the first that is right by the reference, or else by the majority. Where nothing decides
   * which one is right it is the first that computed, and no more than a column to compare with; where
   * nothing computed anything, the first that was tried.
   */
  baseline: runtimeIdSchema,
  cells: z.array(cellSchema),
  verdict: verdictSchema,
  /** One sentence that explains the verdict. */
  because: z.string(),
  /** One sentence: how far each runtime is from the reference, the worst first; null without a reference. */
  attribution: z.string().nullable().default(null),
  /** What the verdict does not say, a sentence each: agreement that proves little, runtimes that contradict themselves. */
  notes: z.array(z.string()).default([]),
  gate: z.object({ on: gateSchema, maxFlips: z.int().nonnegative() }).default({ on: "numbers", maxFlips: 0 }),
  /** Entries of the ledger that excused nothing, and why. */
  unusedExpectations: z
    .array(
      z.object({
        entry: z.int().nonnegative(),
        runtime: runtimeNameSchema,
        /** Null where the entry speaks of every browser. */
        browser: browserSchema,
        reason: z.string(),
        why: z.string(),
      }),
    )
    .default([]),
  sweeps: z.array(sweepSchema).default([]),
  /** The model's nodes, in the file's order, for drawing; null where there are too many to draw, or they were not recorded. */
  graph: z
    .object({
      nodes: z.array(
        z.object({
          name: z.string(),
          opType: z.string(),
          /** Names of the values that other nodes or the model's inputs give; weights are left out. */
          inputs: z.array(z.string()),
          outputs: z.array(z.string()),
        }),
      ),
      inputs: z.array(z.string()),
      outputs: z.array(z.string()),
    })
    .nullable()
    .default(null),
  /** What got worse since an older report; null where none was given. */
  regression: z
    .object({ since: z.string().describe("sha256 of the model then"), worse: z.array(z.string()) })
    .nullable()
    .default(null),
  /** Sentences on the file and its inputs that no cell is the place for, such as an output of another shape than the file declares. */
  warnings: z.array(z.string()).default([]),
  /** How the difference grows where outputs were fed back as inputs; null where they were not. */
  steps: stepsSchema.nullable().default(null),
});
export type ParityReport = z.output<typeof parityReportSchema>;

/** The parts of a report that say nothing unless something was asked. */
export const UNASKED = {
  attribution: null,
  notes: [],
  gate: { on: "numbers", maxFlips: 0 },
  unusedExpectations: [],
  sweeps: [],
  graph: null,
  regression: null,
  warnings: [],
  steps: null,
} satisfies Partial<ParityReport>;

/**
 * What `inputs.source` says when a data set's test images were compared: only then are sample numbers those of images.
 *
 * @example
 * ```ts
 * testImagesOf("mnist"); // => "mnist test"
 * ```
 */
export function testImagesOf(dataset: string): string {
  return `${dataset} test`;
}
