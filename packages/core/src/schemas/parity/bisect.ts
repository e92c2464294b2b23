import { z } from "zod";
import { formerNames } from "../former-names.js";
import { outputDetailSchema } from "./output-detail.js";

/** A node as reports name it. */
export const bisectNodeSchema = z.object({
  node: z.string().describe("its name in the file, or OPERATOR_POSITION where it has none"),
  opType: z.string(),
  index: z.int().nonnegative().describe("position in the file"),
});
export type BisectNode = z.output<typeof bisectNodeSchema>;

/** One value that is beyond its bound, at its worst element. */
export const bisectFindingSchema = bisectNodeSchema.extend({
  output: z.string(),
  /** Null where NaN, infinity or another shape stands instead of a number. */
  maxAbs: z.number().nullable(),
  bound: z.number().nonnegative(),
  /** Error as a part of the bound; null where it is infinite. */
  ratio: z.number().nullable(),
  why: z.string().describe("where the bound comes from"),
  at: z.array(z.int().nonnegative()).nullable().describe("indices of the worst element"),
  expected: z.number().nullable(),
  observed: z.number().nullable(),
});
export type BisectFinding = z.output<typeof bisectFindingSchema>;

/** One value inside the model, wrong or not: how far all of its elements are from the right ones. */
export const bisectValueSchema = bisectNodeSchema.extend({
  output: z.string(),
  within: z.boolean(),
  bound: z.number().nonnegative().describe("what the worst element allows"),
  /** Error as a part of the bound at the worst element; null where it is infinite. */
  ratio: z.number().nullable(),
  detail: outputDetailSchema,
});
export type BisectValue = z.output<typeof bisectValueSchema>;

/** In the order of the nodes; absent from reports of older versions. */
const valuesSchema = z.array(bisectValueSchema).default([]);

const brokenSchema = bisectNodeSchema.extend({ code: z.string(), what: z.string() });
const unseenSchema = bisectNodeSchema.extend({ why: z.string() });

/** What a bisect found in the graph that a node holds, run by itself on right values. */
export const innerFaultSchema = z.object({
  /** The way in, from the outside: `If_3/then_branch`, `loop/body, round 2`. */
  path: z.array(z.string()).min(1),
  /** The node at fault, by its position in the innermost graph; null where that graph is right by itself. */
  first: bisectFindingSchema.nullable(),
  /** As in a cell's firstDivergence; null likewise. */
  mode: z.enum(["isolated", "cumulative", "part"]).nullable(),
  /** How it breaks, where it gives no values. */
  broken: bisectNodeSchema.extend({ code: z.string(), what: z.string() }).nullable(),
  /** One sentence. */
  said: z.string(),
});
export type InnerFault = z.output<typeof innerFaultSchema>;

/** Where in a model one runtime goes wrong. */
export const bisectSchema = z.preprocess(
  formerNames({ truth: "oracle" }),
  z.object({
    /** Where the right values come from, such as `reference`. */
    oracle: z.string(),
    /** Which of the given samples were looked at: those with the largest errors; null where the inputs have no axis of samples. */
    samples: z.array(z.int().nonnegative()).nullable(),
    /** The model's own outputs with nothing else exposed. Those that are wrong; null where the runtime broke. */
    final: z.array(bisectFindingSchema).nullable(),
    /** How the runtime broke on the whole model; null where it did not. */
    broken: z.object({ code: z.string(), what: z.string() }).nullable(),
    /** The runtime's own inner values, all exposed; null when not asked for. */
    cumulative: z
      .object({
        /** The first node, in topological order, whose output leaves its bound. */
        first: bisectFindingSchema.nullable(),
        /** All nodes that are wrong although what they read is right: several faults that do not lie behind each other. */
        roots: z.array(bisectFindingSchema),
        /** How many nodes are wrong in all; behind the first, most are. */
        wrong: z.int().nonnegative(),
        /** Runs, of which each exposed as many values as the memory allows. */
        cuts: z.int().nonnegative(),
        unseen: z.array(unseenSchema),
        /** Every value that was seen, with the errors that it inherits. */
        values: valuesSchema,
      })
      .nullable(),
    /** Every node by itself, fed with the right values rounded to their types; null when not asked for. */
    isolated: z
      .object({
        wrong: z.array(bisectFindingSchema),
        /** Nodes that crash or hang the runtime by themselves, or that it refuses. */
        broken: z.array(brokenSchema),
        unseen: z.array(unseenSchema),
        nodes: z.int().nonnegative().describe("how many were tried"),
        cuts: z.int().nonnegative(),
        /** Every value that was seen, with the errors of its own node alone. */
        values: valuesSchema,
      })
      .nullable(),
    /** Smallest connected parts that are wrong only while their inner values are not exposed, as fused kernels are. */
    hidden: z.array(z.object({ nodes: z.array(bisectNodeSchema), finding: bisectFindingSchema })),
    /** Of the guilty nodes that hold graphs (If, Loop, Scan): what inside them is at fault. Absent from reports of older versions. */
    inner: z.array(innerFaultSchema).optional(),
    /** Exposing the inner values made the fault vanish. */
    vanished: z.boolean(),
    /** With the guilty nodes' outputs replaced by the right values, the rest of the model is right; null when that was not tried. */
    explained: z.boolean().nullable(),
    runs: z.int().nonnegative(),
    seconds: z.number().nonnegative(),
    memory: z.object({
      limit: z.int().positive().describe("bytes that the values of one cut may take here"),
      largestCut: z.int().nonnegative().describe("bytes that the largest one took"),
    }),
    /** A folder that shows the fault by itself, where one was written. */
    repro: z
      .object({
        directory: z.string(),
        nodes: z.array(z.string()),
        fails: z.boolean().describe("whether it failed by itself when it was run from its folder"),
        said: z.string(),
      })
      .nullable()
      .default(null),
  }),
);
export type Bisect = z.output<typeof bisectSchema>;
