import { z } from "zod";
import { browserNameSchema } from "../../browsers.js";
import { kernelsSchema, runtimeDefinition, runtimeNameSchema } from "../../runtimes/index.js";
import { type RuntimeInBrowser, runtimeId, runtimeIdSchema } from "../../runtimes/runtime-id.js";
import { formerNames } from "../former-names.js";
import { bisectSchema } from "./bisect.js";
import { cureSchema } from "./cure.js";
import { outputDetailSchema } from "./output-detail.js";

export const cellStatusSchema = z.enum([
  "pass",
  "fail",
  "expected-fail",
  "unexpected-pass",
  "unavailable",
  "error",
  /** It computed, and nothing decides whether it is right: neither the reference nor a majority of independent witnesses. */
  "inconclusive",
]);
export type CellStatus = z.output<typeof cellStatusSchema>;

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

/** How far ONNX Runtime may rewrite a graph before it runs, from not at all to everything. */
export const OPTIMIZATIONS = ["disabled", "basic", "extended", "all"] as const;
export const optimizationSchema = z.enum(OPTIMIZATIONS);
export type Optimization = z.output<typeof optimizationSchema>;

/** A node as a runtime ran it, and what ran it. */
export const placedNodeSchema = z.object({ node: z.string(), opType: z.string(), provider: z.string() });

/** Where the nodes ran: proof that a GPU runtime computed on the GPU. */
export const placementSchema = z.object({
  /** How that is known, such as "ONNX Runtime's profile of the first batch". */
  source: z.string(),
  /** The execution provider that the runtime stands for. */
  expected: z.string(),
  /** Nodes per execution provider. They are those of the optimized graph, where some are fused and others added. */
  providers: z.record(z.string(), z.int().positive()),
  /** The nodes that another provider ran. */
  fallbacks: z.array(placedNodeSchema),
});
export type Placement = z.output<typeof placementSchema>;

/** Null in Node, and in a report that was written before browsers were recorded: it was Chromium then. */
const browserSchema = browserNameSchema.nullable().default(null);

export const cellSchema = z.preprocess(
  formerNames({ truth: "reference" }),
  z.object({
    runtime: runtimeNameSchema,
    browser: browserSchema,
    /** What sets this cell apart from another one of the same runtime, such as "2 threads"; null for the runtime as it is by default. */
    variant: z.string().nullable().default(null),
    kernels: kernelsSchema,
    status: cellStatusSchema,
    /** Set for unavailable, error and inconclusive, and for fail in one sentence; of a reference that did not do all its samples, why. */
    reason: z.string().nullable(),
    fix: z.string().nullable(),
    versions: z.record(z.string(), z.string()),
    adapter: z.string().nullable(),
    /** The GPU driver's name and version, where the platform tells it. */
    driver: z.string().nullable().default(null),
    /** Threads of one operator; null where the runtime chose by itself or has no such choice. */
    threads: z.int().positive().nullable().default(null),
    /** How far the graph was rewritten before it ran; null where nothing rewrites it, or it is not known. */
    optimization: optimizationSchema.nullable().default(null),
    /** Null where the runtime does not tell, and where nothing ran. */
    placement: placementSchema.nullable().default(null),
    samples: z.int().nonnegative(),
    /**
     * Where it was given more samples than it did in its time: how many it was given, and its time. Those that it did not do are compared with
     * nothing. Null where it did all, or gave none for another reason.
     */
    cut: z.object({ of: z.int().positive(), seconds: z.number().nonnegative() }).nullable().default(null),
    seconds: z.number().nonnegative().nullable(),
    outputs: z.array(outputDifferenceSchema),
    decisions: decisionsSchema.nullable(),
    /**
     * The same outputs compared with the reference, which computes in double precision and so shows which runtime is wrong; null without a
     * reference. `samples` is how many samples the reference ran.
     */
    reference: z
      .object({ samples: z.int().nonnegative(), outputs: z.array(outputDifferenceSchema) })
      .nullable()
      .default(null),
    /** The ledger entry that expects this cell to fail. */
    expectation: z.object({ reason: z.string(), link: z.string().nullable() }).nullable(),
    firstDivergence: z
      .object({
        node: z.string(),
        opType: z.string(),
        index: z.int(),
        output: z.string(),
        maxAbs: z.number().nullable(),
        /** `part`: `node` is the last of a part that is wrong only while nothing inside it is exposed. */
        mode: z.enum(["isolated", "cumulative", "part"]),
        /** The node inside, where `node` holds graphs and one of their nodes is at fault. */
        inside: z
          .object({ path: z.array(z.string()), node: z.string(), opType: z.string(), output: z.string() })
          .optional(),
      })
      .nullable(),
    /** Where it goes wrong, where that was looked for. */
    bisect: bisectSchema.nullable().default(null),
    /** Why that was looked for in vain; null where it was found, and where nobody asked. */
    undiagnosed: z.string().nullable().default(null),
    /** What makes it right, where that was looked for. */
    cure: cureSchema.nullable().default(null),
  }),
);
export type ParityCell = z.output<typeof cellSchema>;

/**
 * A cell in which nothing has happened yet.
 *
 * @example
 * ```ts
 * const { status, kernels, samples } = blankCell({ runtime: "web-webgpu", browser: "firefox" });
 * [status, kernels, samples]; // => ["error", "ort-webgpu", 0]
 * ```
 */
export function blankCell({ runtime, browser }: RuntimeInBrowser): ParityCell {
  return {
    runtime,
    browser,
    variant: null,
    kernels: runtimeDefinition(runtime).kernels,
    status: "error",
    reason: null,
    fix: null,
    versions: {},
    adapter: null,
    driver: null,
    threads: null,
    optimization: null,
    placement: null,
    samples: 0,
    cut: null,
    seconds: null,
    outputs: [],
    decisions: null,
    reference: null,
    expectation: null,
    firstDivergence: null,
    bisect: null,
    undiagnosed: null,
    cure: null,
  };
}

/**
 * A cell's name: its runtime in its browser, and what sets it apart from another cell of the same one.
 *
 * @example
 * ```ts
 * cellName({ runtime: "web-wasm", browser: "chromium", variant: null }); // => "web-wasm"
 * cellName({ runtime: "web-wasm", browser: "firefox", variant: "2 threads" }); // => "web-wasm@firefox (2 threads)"
 * ```
 */
export function cellName(cell: Pick<ParityCell, "runtime" | "browser" | "variant">): string {
  return cell.variant === null ? runtimeId(cell) : `${runtimeId(cell)} (${cell.variant})`;
}

/**
 * What a time limit left of a cell's samples, in half a sentence; null where it did all.
 *
 * @example
 * ```ts
 * cutSentence({ samples: 7, cut: { of: 100, seconds: 5.25 } }); // => "7 of 100 samples were done in 5.3 s, and count"
 * ```
 */
export function cutSentence({ samples, cut }: Pick<ParityCell, "samples" | "cut">): string | null {
  if (cut === null) return null;
  return `${samples} of ${cut.of} samples were done in ${Number(cut.seconds.toPrecision(2))} s, and count`;
}

/** What makes a cell fail: its numbers beyond their bounds, its decisions that differ, or either. */
export const GATES = ["numbers", "flips", "both"] as const;
export const gateSchema = z.enum(GATES);
export type Gate = z.output<typeof gateSchema>;

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
