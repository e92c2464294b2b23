import { z } from "zod";
import { runtimeDefinition } from "../../runtimes/index.js";
import { type RuntimeInBrowser, runtimeId } from "../../runtimes/runtime-id.js";
import { formerNames } from "../former-names.js";
import { kernelsSchema, runtimeNameSchema } from "../names.js";
import { bisectSchema } from "./bisect.js";
import { browserSchema } from "./browser.js";
import { cureSchema } from "./cure.js";
import { decisionsSchema, outputDifferenceSchema } from "./output-difference.js";
import { optimizationSchema, placementSchema } from "./placement.js";

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
